package org.sandbox4j.server;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.sandbox4j.CapturedOutput;

/** Keeps what a command writes, up to a limit of its own and to what is left of the request's. The rest is counted. Thread-safe. */
final class KeptOutput extends OutputStream {
    private final OutputTotal total;
    private final long limit;
    // All guarded by this.
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long written;
    private boolean cut;

    KeptOutput(OutputTotal total, long limit) {
        this.total = total;
        this.limit = limit;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        written += length;
        int wanted = (int) Math.min(length, limit - kept.size());
        int taken = cut ? 0 : total.take(bytes, offset, wanted);
        kept.write(bytes, offset, taken);
        cut |= taken < wanted;
    }

    /** Tells whether something is missing because the request had no more left. */
    synchronized boolean isCut() {
        return cut;
    }

    synchronized CapturedOutput output() {
        return CapturedOutput.of(kept.toByteArray(), written);
    }
}
