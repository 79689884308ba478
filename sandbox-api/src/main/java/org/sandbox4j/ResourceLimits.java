package org.sandbox4j;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a command may use at most. Immutable; made with {@link #builder()}.
 *
 * <p>Each limit is {@link Enforcement#REQUIRED} or {@link Enforcement#BEST_EFFORT}. A backend that cannot enforce a
 * required limit refuses the run with {@link SandboxUnsupportedException} before the command starts. Without a limit the
 * command may use what the caller may use.
 */
public final class ResourceLimits {
    /** What can be limited, and the unit of its amount. */
    public enum Resource {
        /** Time since the start, in nanoseconds, also while the command is stopped. The run ends when it is over. */
        WALL_TIME,
        /** CPU time of all processes together, in nanoseconds. The run ends soon after it is used up. */
        CPU_TIME,
        /**
         * Memory of all processes together without swap, in bytes, with what they write to {@code /tmp} and
         * {@code /dev/shm}. The run ends when more is needed.
         */
        MEMORY,
        /**
         * Number of processes and threads alive at once. One more is refused (EAGAIN), and the run goes on: this limit is
         * named when the command fails, or when it does not stop trying.
         */
        PROCESSES,
        /**
         * Size of the largest file written, in bytes. Who writes more gets the signal SIGXFSZ; this limit is named when the
         * command dies of it, or reports as a shell does that a child has.
         */
        FILE_SIZE,
        /**
         * Number of descriptors that one process has open. One more is refused (EMFILE), which only the process itself
         * learns, so no result names this limit.
         */
        OPEN_FILES,
        /** Size of a core dump, in bytes. Without this limit there are none, as with 0. */
        CORE,
        /** Bytes written to standard output and standard error together. The run ends when there are more. */
        OUTPUT,
        /**
         * Size of {@code /tmp}, in bytes, rounded up to a page of memory. More is refused (ENOSPC); this limit is named when
         * the command fails while it is full. A batch keeps its {@code /tmp} on disk and cannot have this limit.
         */
        TMP_SIZE,
        /** Size of {@code /dev/shm}, in bytes, as {@link #TMP_SIZE}. */
        SHM_SIZE
    }

    /** What happens when a backend cannot enforce a limit. */
    public enum Enforcement {
        /** The run is refused. */
        REQUIRED,
        /** The limit is enforced as well as it can be; {@link SandboxResult#unenforced()} tells when that was not in full. */
        BEST_EFFORT
    }

    /**
     * One limit.
     *
     * @param amount at most this much, in the unit of its resource
     * @param enforcement what happens when it cannot be enforced
     */
    public record Limit(long amount, Enforcement enforcement) {}

    private static final ResourceLimits NONE = builder().build();

    private final Map<Resource, Limit> limits;

    private ResourceLimits(Map<Resource, Limit> limits) {
        this.limits = Collections.unmodifiableMap(new EnumMap<>(limits));
    }

    /**
     * Returns no limits.
     *
     * @return the empty limits
     */
    public static ResourceLimits none() {
        return NONE;
    }

    /**
     * Returns a builder without limits.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder(new EnumMap<>(Resource.class));
    }

    /**
     * Returns a builder that starts with these limits.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        EnumMap<Resource, Limit> copy = new EnumMap<>(Resource.class);
        copy.putAll(limits);
        return new Builder(copy);
    }

    /**
     * Returns one limit.
     *
     * @param resource what is limited
     * @return its limit, empty if there is none
     */
    public Optional<Limit> limit(Resource resource) {
        return Optional.ofNullable(limits.get(resource));
    }

    /**
     * Returns all limits.
     *
     * @return an unmodifiable map
     */
    public Map<Resource, Limit> asMap() {
        return limits;
    }

    /**
     * Tells whether there is no limit.
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceLimits that && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return limits.hashCode();
    }

    @Override
    public String toString() {
        return "ResourceLimits" + limits;
    }

    /** Collects limits. Not safe for use by several threads. A limit that is given again replaces the earlier one. */
    public static final class Builder {
        private final EnumMap<Resource, Limit> limits;

        private Builder(EnumMap<Resource, Limit> limits) {
            this.limits = limits;
        }

        /**
         * Sets a required limit.
         *
         * @param resource what is limited; not a time
         * @param amount at most this much, in the unit of the resource, at least 0
         * @return this builder
         * @throws IllegalArgumentException if the amount is negative
         */
        public Builder limit(Resource resource, long amount) {
            return limit(resource, amount, Enforcement.REQUIRED);
        }

        /**
         * Sets a required limit of time.
         *
         * @param resource {@link Resource#WALL_TIME} or {@link Resource#CPU_TIME}
         * @param time at most this long, more than zero
         * @return this builder
         * @throws IllegalArgumentException if the resource is not a time, or the time is not positive
         */
        public Builder limit(Resource resource, Duration time) {
            return limit(resource, time, Enforcement.REQUIRED);
        }

        /**
         * Sets a limit of time.
         *
         * @param resource {@link Resource#WALL_TIME} or {@link Resource#CPU_TIME}
         * @param time at most this long, more than zero
         * @param enforcement what happens when it cannot be enforced
         * @return this builder
         * @throws IllegalArgumentException if the resource is not a time, or the time is not positive
         */
        public Builder limit(Resource resource, Duration time, Enforcement enforcement) {
            if (resource != Resource.WALL_TIME && resource != Resource.CPU_TIME) {
                throw new IllegalArgumentException(resource + " is not a time. Give its amount as a number.");
            }
            if (time.isZero() || time.isNegative()) {
                throw new IllegalArgumentException("The limit of " + resource + " must be positive, not " + time + ".");
            }
            return limit(resource, TimeUnit.NANOSECONDS.convert(time), enforcement);
        }

        /**
         * Sets a limit.
         *
         * @param resource what is limited
         * @param amount at most this much, in the unit of the resource, at least 0
         * @param enforcement what happens when it cannot be enforced
         * @return this builder
         * @throws IllegalArgumentException if the amount is negative
         */
        public Builder limit(Resource resource, long amount, Enforcement enforcement) {
            if (amount < 0) {
                throw new IllegalArgumentException(
                        "The limit of " + resource + " must not be negative: " + amount + ".");
            }
            limits.put(resource, new Limit(amount, enforcement));
            return this;
        }

        /**
         * Returns the limits collected so far.
         *
         * @return immutable limits
         */
        public ResourceLimits build() {
            return new ResourceLimits(limits);
        }
    }
}
