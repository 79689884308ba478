package org.sandbox4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxProvider;

/** The providers that a class loader sees, each loaded on its own so that a broken one does not hide the others. */
final class ProviderCatalog {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final int MAX_BROKEN_ENTRIES = 100;
    private static final int MAX_CAUSES = 5;

    /** A service entry that could not become a provider. */
    record Broken(String entry, Throwable failure) {
        Availability.Unavailable asUnavailable() {
            return new Availability.Unavailable(
                    sentence("it could not be loaded: " + withCauses(failure)),
                    "Repair or remove the jar that registers it.");
        }
    }

    private final List<SandboxProvider> providers;
    private final List<Broken> broken;

    private ProviderCatalog(List<SandboxProvider> providers, List<Broken> broken) {
        this.providers = providers;
        this.broken = broken;
    }

    static ProviderCatalog load() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = ProviderCatalog.class.getClassLoader();
        if (context == null || context == own) {
            return load(own);
        }
        ProviderCatalog catalog = load(context);
        return catalog.providers.isEmpty() && catalog.broken.isEmpty() ? load(own) : catalog;
    }

    static ProviderCatalog load(ClassLoader classLoader) {
        List<SandboxProvider> providers = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        Iterator<ServiceLoader.Provider<SandboxProvider>> entries =
                ServiceLoader.load(SandboxProvider.class, classLoader).stream().iterator();
        while (broken.size() < MAX_BROKEN_ENTRIES) {
            String entry = "a service entry";
            try {
                if (!entries.hasNext()) {
                    break;
                }
                ServiceLoader.Provider<SandboxProvider> next = entries.next();
                entry = next.type().getName();
                providers.add(checked(next));
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                broken.add(new Broken(entry, e));
            }
        }
        refuseDuplicates(providers);
        providers.sort(
                Comparator.comparingInt(SandboxProvider::priority).reversed().thenComparing(SandboxProvider::id));
        return new ProviderCatalog(List.copyOf(providers), List.copyOf(broken));
    }

    List<SandboxProvider> byPriority() {
        return providers;
    }

    List<Broken> broken() {
        return broken;
    }

    Optional<SandboxProvider> find(String id) {
        return providers.stream().filter(provider -> provider.id().equals(id)).findFirst();
    }

    static Availability guarded(Supplier<Availability> probe) {
        try {
            return Objects.requireNonNull(probe.get(), "answer of the probe");
        } catch (RuntimeException | LinkageError e) {
            return new Availability.Unavailable(
                    sentence("its probe failed: " + withCauses(e)),
                    "Report this to the maintainers of the backend; a probe must not throw.");
        }
    }

    /** The failure of a constructor or a static initialiser hides below what the service loader throws. */
    static String withCauses(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            text.append(", caused by ").append(cause);
            cause = cause.getCause();
        }
        return text.toString();
    }

    static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private static SandboxProvider checked(Supplier<SandboxProvider> entry) {
        SandboxProvider provider = entry.get();
        String id = provider.id();
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalStateException(
                    "the id '" + id + "' is not made of lower-case letters, digits and hyphens");
        }
        int unused = provider.priority();
        return provider;
    }

    private static void refuseDuplicates(List<SandboxProvider> providers) {
        Map<String, SandboxProvider> seen = new TreeMap<>();
        for (SandboxProvider provider : providers) {
            SandboxProvider other = seen.putIfAbsent(provider.id(), provider);
            if (other != null) {
                throw new SandboxUnavailableException("Two backends call themselves '" + provider.id() + "': "
                        + other.getClass().getName() + " and "
                        + provider.getClass().getName()
                        + ". Remove one of their jars, so that it is certain which one isolates your commands.");
            }
        }
    }
}
