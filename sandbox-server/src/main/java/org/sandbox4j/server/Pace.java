package org.sandbox4j.server;

import java.time.Duration;

/**
 * How slowly a client may send a request and take its answer.
 *
 * @param patience how long it may be silent before a request, take for its headers, and be slower than the least rate
 * @param leastRate bytes a second
 * @param longest how long one body may take in any case
 */
record Pace(Duration patience, long leastRate, Duration longest) {
    private static final double SECOND = 1e9;

    /** The bytes that must come within the patience, again and again. */
    double leastBytes() {
        return patience.toNanos() / SECOND * leastRate;
    }
}
