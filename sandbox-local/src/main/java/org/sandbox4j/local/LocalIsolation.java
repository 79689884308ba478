package org.sandbox4j.local;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.local.limits.LimitPlan;
import org.sandbox4j.local.limits.LimitsOfThisHost;
import org.sandbox4j.local.seccomp.KernelFilters;
import org.sandbox4j.spi.Availability;

/** What the sandboxes of this host guarantee. */
public final class LocalIsolation {
    private static final Set<Isolation> ALWAYS = Set.copyOf(EnumSet.of(
            Isolation.FILESYSTEM,
            Isolation.PROCESSES,
            Isolation.NETWORK,
            Isolation.IPC,
            Isolation.HOSTNAME,
            Isolation.DEVICES,
            Isolation.PRIVILEGES,
            Isolation.ARTIFACTS));

    private LocalIsolation() {}

    /**
     * Returns the guarantees of a backend that works. What of the limits cannot be required is tried out when somebody asks
     * first.
     *
     * @param filtered whether system calls are filtered
     * @param sizesFileSystems whether file systems in memory can be given a size
     * @param nestedNamespaces whether commands may make user namespaces
     */
    public static Set<Isolation> guaranteed(boolean filtered, boolean sizesFileSystems, boolean nestedNamespaces) {
        EnumSet<Isolation> guaranteed = EnumSet.copyOf(withoutLimits(filtered, nestedNamespaces));
        if (LimitsOfThisHost.current()
                .lacking(new LimitPlan.Place(sizesFileSystems, false))
                .isEmpty()) {
            guaranteed.add(Isolation.LIMITS);
        }
        return Set.copyOf(guaranteed);
    }

    /**
     * Returns the answer of a backend that works, with the reasons for what it does not guarantee.
     *
     * @param found what was found
     * @param sizesFileSystems whether file systems in memory can be given a size
     */
    public static Availability.Available available(String found, boolean sizesFileSystems) {
        LimitsOfThisHost limits = LimitsOfThisHost.current();
        Set<Isolation> guaranteed = guaranteed(KernelFilters.available(), sizesFileSystems, false);
        Map<Isolation, String> lacking = new EnumMap<>(Isolation.class);
        lacking.putAll(withoutFilter());
        if (!guaranteed.contains(Isolation.LIMITS)) {
            lacking.put(Isolation.LIMITS, limits.whyLacking(new LimitPlan.Place(sizesFileSystems, false)));
        }
        return new Availability.Available(found + "; limits: " + limits.way(), guaranteed, lacking);
    }

    /**
     * Returns the same without a look at limits, which takes some milliseconds.
     *
     * @param found what was found
     */
    public static Availability.Available availableWithoutLimits(String found) {
        return new Availability.Available(found, withoutLimits(KernelFilters.available(), false), withoutFilter());
    }

    private static Map<Isolation, String> withoutFilter() {
        return KernelFilters.available() ? Map.of() : Map.of(Isolation.SYSCALLS, KernelFilters.whyUnavailable());
    }

    /**
     * Returns the guarantees without a look at limits, which takes some milliseconds.
     *
     * @param filtered whether system calls are filtered
     * @param nestedNamespaces whether commands may make user namespaces, in which they have every capability
     */
    public static Set<Isolation> withoutLimits(boolean filtered, boolean nestedNamespaces) {
        EnumSet<Isolation> guaranteed = EnumSet.copyOf(ALWAYS);
        if (nestedNamespaces) {
            guaranteed.remove(Isolation.PRIVILEGES);
        }
        if (filtered) {
            guaranteed.add(Isolation.SYSCALLS);
        }
        return Set.copyOf(guaranteed);
    }
}
