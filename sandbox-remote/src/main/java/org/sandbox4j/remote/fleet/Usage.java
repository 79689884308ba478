package org.sandbox4j.remote.fleet;

import java.time.Instant;
import java.util.Optional;
import org.sandbox4j.protocol.Usages;

/**
 * How loaded a server was at one time. Immutable.
 *
 * @param date when
 * @param enabled whether it was switched on; if not, it was not called
 * @param reached whether it answered, rightly and in time
 * @param load processors, memory, traffic, processes and containers, if it was reached; units as in {@link Usages}
 */
public record Usage(Instant date, boolean enabled, boolean reached, Optional<Usages> load) {
    /**
     * Makes a usage.
     *
     * @throws IllegalArgumentException if there is a load of a server that was not reached, or the other way round
     */
    public Usage {
        if (reached != load.isPresent() || (reached && !enabled)) {
            throw new IllegalArgumentException("A server has a load if it is enabled and reached, and only then.");
        }
    }

    /**
     * Returns the usage of a server that answered.
     *
     * @param date when
     * @param load what it answered
     * @return the usage
     */
    public static Usage reached(Instant date, Usages load) {
        return new Usage(date, true, true, Optional.of(load));
    }

    /**
     * Returns the usage of a server that did not answer as it should.
     *
     * @param date when
     * @return the usage
     */
    public static Usage unreached(Instant date) {
        return new Usage(date, true, false, Optional.empty());
    }

    /**
     * Returns the usage of a server that is switched off.
     *
     * @param date when
     * @return the usage
     */
    public static Usage disabled(Instant date) {
        return new Usage(date, false, false, Optional.empty());
    }

    Usage inMicros() {
        return new Usage(Micros.whole(date), enabled, reached, load);
    }
}
