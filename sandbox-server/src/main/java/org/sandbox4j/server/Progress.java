package org.sandbox4j.server;

/**
 * How a body gets on. It is looked at in pieces, since a client may take megabytes at once, which then lie in buffers of the
 * system, and nothing after them. Used under the lock of its client.
 */
final class Progress {
    private final Pace pace;
    private final long start;
    private long pieceStart;
    private long bytesBefore;

    Progress(Pace pace, long now) {
        this.pace = pace;
        start = now;
        pieceStart = now;
    }

    /** Tells whether it took too long for so many bytes, counted from the start. To be asked often. */
    boolean isTooSlow(long now, long bytes) {
        if (bytes - bytesBefore >= pace.leastBytes()) {
            pieceStart = now;
            bytesBefore = bytes;
        }
        return now - start > pace.longest().toNanos()
                || now - pieceStart > pace.patience().toNanos();
    }
}
