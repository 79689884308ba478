package org.sandbox4j.spi;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.sandbox4j.Isolation;

/** Whether a backend can be used on this host. */
public sealed interface Availability {
    /**
     * The backend works here.
     *
     * @param detail what was found, for example {@code "bubblewrap 0.8.0 at /usr/bin/bwrap"}
     * @param isolation what its sandboxes guarantee here
     * @param lacking why it does not guarantee something else here, and what to do about it, in sentences; only what the
     *     backend knows the reason of
     */
    record Available(String detail, Set<Isolation> isolation, Map<Isolation, String> lacking) implements Availability {
        /**
         * Copies the collections.
         *
         * @throws IllegalArgumentException if there is a reason why something is lacking that is guaranteed
         */
        public Available {
            Objects.requireNonNull(detail, "detail");
            isolation = Set.copyOf(isolation);
            lacking = Map.copyOf(lacking);
            for (Isolation one : lacking.keySet()) {
                if (isolation.contains(one)) {
                    throw new IllegalArgumentException(
                            one + " is guaranteed, and yet there is a reason why it is lacking: " + lacking.get(one));
                }
            }
        }

        /**
         * Makes an answer without reasons for what is not guaranteed.
         *
         * @param detail what was found
         * @param isolation what its sandboxes guarantee here
         */
        public Available(String detail, Set<Isolation> isolation) {
            this(detail, isolation, Map.of());
        }
    }

    /**
     * The backend does not work here.
     *
     * @param reason the cause, a sentence
     * @param remedy what to do about it, a sentence
     */
    record Unavailable(String reason, String remedy) implements Availability {
        /** Refuses null. */
        public Unavailable {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(remedy, "remedy");
        }
    }
}
