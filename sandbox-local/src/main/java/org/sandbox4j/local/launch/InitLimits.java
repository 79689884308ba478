package org.sandbox4j.local.launch;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the init program sets for the command and its descendants, and what it looks at when the command has failed.
 *
 * @param limits limits of each process, setrlimit(2)
 * @param watched what may have been the reason of a failure
 */
public record InitLimits(List<Limit> limits, Set<Watched> watched) {
    private static final int RLIMIT_CORE = 4;
    private static final InitLimits DEFAULTS = new InitLimits(List.of(new Limit(RLIMIT_CORE, 0, 0)), Set.of());

    /**
     * One limit of each process.
     *
     * @param resource its number
     * @param soft what is enforced
     * @param hard what a process may raise it to
     */
    public record Limit(int resource, long soft, long hard) {}

    /** What is looked at. */
    public enum Watched {
        /** Whether a process more would be refused. */
        PROCESSES(1),
        /** Whether {@code /tmp} is full. */
        TMP(2),
        /** Whether {@code /dev/shm} is full. */
        SHARED_MEMORY(4);

        /** Its bit in the protocol. */
        private final int bit;

        Watched(int bit) {
            this.bit = bit;
        }
    }

    /** Copies both. */
    public InitLimits {
        limits = List.copyOf(limits);
        EnumSet<Watched> copy = EnumSet.noneOf(Watched.class);
        copy.addAll(watched);
        watched = Collections.unmodifiableSet(copy);
    }

    /** Returns no limit but that there are no core dumps. */
    public static InitLimits defaults() {
        return DEFAULTS;
    }

    int watchedBits() {
        return watched.stream().mapToInt(one -> one.bit).sum();
    }

    static Set<Watched> fromBits(long bits) {
        EnumSet<Watched> set = EnumSet.noneOf(Watched.class);
        for (Watched one : Watched.values()) {
            if ((bits & one.bit) != 0) {
                set.add(one);
            }
        }
        return set;
    }
}
