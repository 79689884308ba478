package org.sandbox4j;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxProvider;

/** Tells which backends there are and whether they work on this host. {@code bin/doctor} prints the answer. */
public final class Sandboxes {
    private Sandboxes() {}

    /**
     * What was found out about one backend.
     *
     * @param backend its id, or the service entry of one that could not be loaded
     * @param provider the class of its provider, or the service entry
     * @param availability whether it works here; if not, why and what to do
     */
    public record Diagnosis(String backend, String provider, Availability availability) {
        /**
         * Tells whether the backend works here.
         *
         * @return true if it does
         */
        public boolean available() {
            return availability instanceof Availability.Available;
        }
    }

    /**
     * Probes every backend that the context class loader, or else the one of this class, sees.
     *
     * @return a diagnosis for each, the preferred backend first, those that could not be loaded last
     * @throws SandboxUnavailableException if two backends have the same id
     */
    public static List<Diagnosis> diagnose() {
        return diagnose(ProviderCatalog.load());
    }

    /**
     * Probes every backend that a class loader sees.
     *
     * @param classLoader where to look
     * @return a diagnosis for each, the preferred backend first, those that could not be loaded last
     * @throws SandboxUnavailableException if two backends have the same id
     */
    public static List<Diagnosis> diagnose(ClassLoader classLoader) {
        return diagnose(ProviderCatalog.load(classLoader));
    }

    private static List<Diagnosis> diagnose(ProviderCatalog catalog) {
        List<Diagnosis> diagnoses = new ArrayList<>();
        for (SandboxProvider provider : catalog.byPriority()) {
            diagnoses.add(new Diagnosis(
                    provider.id(), provider.getClass().getName(), ProviderCatalog.guarded(provider::probe)));
        }
        for (ProviderCatalog.Broken broken : catalog.broken()) {
            diagnoses.add(new Diagnosis(broken.entry(), broken.entry(), broken.asUnavailable()));
        }
        return List.copyOf(diagnoses);
    }
}
