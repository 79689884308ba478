package org.sandbox4j.server;

import java.util.OptionalLong;

/**
 * The part of the heap that requests may fill with what they send and with what their commands write, all together. It is counted
 * in bytes of the JSON that they come as or become; each of them costs a few in memory while it is made. Thread-safe.
 */
final class HeapShare {
    /** The JSON, the buffer that it grows in, a copy, and the texts that it is made from, which leaves a part for the rest. */
    private static final long BYTES_FOR_ONE = 8;

    private final long bytes;
    // Guarded by this.
    private long used;

    HeapShare(long bytes) {
        this.bytes = bytes;
    }

    static HeapShare ofThisJvm() {
        return new HeapShare(Runtime.getRuntime().maxMemory() / BYTES_FOR_ONE);
    }

    Part part() {
        return new Part();
    }

    synchronized long used() {
        return used;
    }

    private synchronized long take(long wanted) {
        long taken = Math.min(wanted, bytes - used);
        used += taken;
        return taken;
    }

    private synchronized void giveBack(long taken) {
        used -= taken;
    }

    /** What one request holds, until it is closed, when its answer has been sent. Thread-safe. */
    final class Part implements AutoCloseable {
        // Guarded by this.
        private long held;

        /** Takes as much of what is wanted as there is. */
        synchronized long take(long wanted) {
            long taken = HeapShare.this.take(wanted);
            held += taken;
            return taken;
        }

        /**
         * Takes all that is wanted.
         *
         * @throws Refusal if there is not so much
         */
        void takeAll(long wanted) {
            long taken = take(wanted);
            if (taken < wanted) {
                giveBack(taken);
                throw wanted > bytes
                        ? Refusal.line(413, "The request needs more memory than this server has for requests.")
                        : Refusal.overloaded(OptionalLong.of(1));
            }
        }

        synchronized void giveBack(long taken) {
            HeapShare.this.giveBack(taken);
            held -= taken;
        }

        @Override
        public synchronized void close() {
            giveBack(held);
        }
    }
}
