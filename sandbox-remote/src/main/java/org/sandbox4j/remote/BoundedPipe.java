package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Bytes on their way from the thread that receives them to the one that reads them. The writer waits while there are too many.
 * Thread-safe.
 */
final class BoundedPipe extends InputStream {
    private static final int ENOUGH_BYTES = 64 << 10;

    // Guarded by this.
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int consumed;
    private int waiting;
    private boolean ended;
    private boolean dropping;

    /** Adds bytes, which are not copied, once there is room for them. They are dropped if nobody will read them. */
    synchronized void put(byte[] bytes) throws InterruptedIOException {
        awaitWhile(() -> waiting >= ENOUGH_BYTES && !dropping);
        if (!dropping && bytes.length > 0) {
            chunks.add(bytes);
            waiting += bytes.length;
            notifyAll();
        }
    }

    /** No more bytes come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** From now on the writer is not to wait; what does not fit in any more is lost. */
    synchronized void dropWhatComes() {
        dropping = true;
        notifyAll();
    }

    private synchronized void awaitWhile(BooleanSupplier condition) throws InterruptedIOException {
        try {
            while (condition.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for output");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        awaitWhile(() -> chunks.isEmpty() && !ended);
        if (chunks.isEmpty()) {
            return -1;
        }
        byte[] first = chunks.element();
        int count = Math.min(length, first.length - consumed);
        System.arraycopy(first, consumed, buffer, offset, count);
        consumed += count;
        waiting -= count;
        if (consumed == first.length) {
            chunks.remove();
            consumed = 0;
        }
        notifyAll();
        return count;
    }

    @Override
    public synchronized int available() {
        return waiting;
    }

    @Override
    public synchronized void close() {
        dropping = true;
        ended = true;
        chunks.clear();
        waiting = 0;
        consumed = 0;
        notifyAll();
    }
}
