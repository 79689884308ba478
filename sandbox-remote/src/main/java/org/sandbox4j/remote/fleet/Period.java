package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time. Immutable.
 *
 * @param from its first moment
 * @param to the first moment after it
 */
public record Period(Instant from, Instant to) {
    /** From the year 1970 to the year 9999. */
    public static final Period ALL = new Period(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));

    /**
     * Makes a period.
     *
     * @throws IllegalArgumentException if it ends before it begins
     */
    public Period {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("A period ends before it begins: " + from + ", " + to);
        }
    }

    /**
     * Returns the period before a moment, which does not belong to it.
     *
     * @param length how long it is
     * @param end where it ends
     * @return the period
     */
    public static Period before(Instant end, Duration length) {
        return new Period(end.minus(length), end);
    }

    /**
     * Tells whether a moment belongs to it.
     *
     * @param moment the moment
     * @return whether it does
     */
    public boolean contains(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(to);
    }
}
