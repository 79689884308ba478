package org.sandbox4j.remote.fleet;

import java.util.Comparator;

/**
 * How good a choice a server is; the least is the best. Full ones come last, since the busy share of others is below 1.
 *
 * @param untested whether it is not known to answer
 * @param busy share of its places that are taken
 * @param slowness step of its latency
 * @param lastTaken when it had its turn; where all else is equal, servers take turns
 */
record Rank(boolean untested, double busy, int slowness, long lastTaken) implements Comparable<Rank> {
    /** Latencies up to this are equally good. */
    private static final double GOOD_MILLIS = 50;

    private static final Comparator<Rank> ORDER = Comparator.comparing(Rank::untested)
            .thenComparingDouble(Rank::busy)
            .thenComparingInt(Rank::slowness)
            .thenComparingLong(Rank::lastTaken);

    /** Each doubling is a step, so that chance does not decide. */
    static int step(double latencyMillis) {
        return latencyMillis <= GOOD_MILLIS ? 0 : Math.getExponent(latencyMillis / GOOD_MILLIS) + 1;
    }

    @Override
    public int compareTo(Rank other) {
        return ORDER.compare(this, other);
    }
}
