package org.sandbox4j.spi;

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
     */
    record Available(String detail, Set<Isolation> isolation) implements Availability {
        /** Copies the set. */
        public Available {
            Objects.requireNonNull(detail, "detail");
            isolation = Set.copyOf(isolation);
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
