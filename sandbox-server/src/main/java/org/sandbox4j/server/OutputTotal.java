package org.sandbox4j.server;

/** How much of their output the commands of one request may still have kept. Thread-safe. */
final class OutputTotal {
    private final HeapShare.Part memory;
    // Guarded by this.
    private long left;

    /**
     * Makes the total of one request.
     *
     * @param memory what the output is held against, too
     */
    OutputTotal(RequestLimits limits, HeapShare.Part memory) {
        this.memory = memory;
        left = limits.outputBytes();
    }

    /** Returns how many of some bytes, from the first one on, may be kept, and counts them. */
    synchronized int take(byte[] bytes, int offset, int length) {
        int wanted = (int) Math.min(length, left);
        long cost = cost(bytes, offset, wanted);
        long granted = memory.take(cost);
        int kept = wanted;
        while (cost > granted) {
            kept--;
            cost -= cost(bytes[offset + kept]);
        }
        memory.giveBack(granted - cost);
        left -= kept;
        return kept;
    }

    private static long cost(byte[] bytes, int offset, int length) {
        long cost = 0;
        for (int i = offset; i < offset + length; i++) {
            cost += cost(bytes[i]);
        }
        return cost;
    }

    /** How many bytes of JSON become of one: of control characters six, of others beyond ASCII three for each of their bytes. */
    private static int cost(byte octet) {
        if (octet < 0) {
            return 3;
        } else if (octet >= ' ') {
            return octet == '"' || octet == '\\' ? 2 : 1;
        }
        return octet == '\n' || octet == '\t' || octet == '\r' ? 2 : 6;
    }
}
