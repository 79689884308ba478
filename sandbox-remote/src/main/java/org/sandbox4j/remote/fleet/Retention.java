package org.sandbox4j.remote.fleet;

import java.time.Duration;

/**
 * How much of the past is kept. Immutable.
 *
 * @param age how old usages and requests get
 * @param usages how many usages are kept of a server
 * @param requests how many requests are kept of a server
 * @param textLength characters that are kept of a result, a command or an output; the rest is cut off
 */
public record Retention(Duration age, int usages, int requests, int textLength) {
    /** For memory: an hour, 100 usages and 100 requests of each server, and 64 Ki characters of a text. */
    public static final Retention MEMORY = new Retention(Duration.ofHours(1), 100, 100, 64 << 10);

    /** For databases: 90 days, 600,000 usages and 1,000,000 requests of each server, and 4 Mi characters of a text. */
    public static final Retention DATABASE = new Retention(Duration.ofDays(90), 600_000, 1_000_000, 4 << 20);

    /**
     * Makes a retention.
     *
     * @throws IllegalArgumentException if something is not positive
     */
    public Retention {
        if (age.isZero() || age.isNegative() || usages <= 0 || requests <= 0 || textLength <= 0) {
            throw new IllegalArgumentException("Must be positive: age " + age + ", usages " + usages + ", requests "
                    + requests + ", length of texts " + textLength);
        }
    }
}
