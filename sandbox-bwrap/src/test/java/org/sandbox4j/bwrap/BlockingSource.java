package org.sandbox4j.bwrap;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/** An input that gives nothing until it is released, and then ends, like a terminal that nobody types at. */
final class BlockingSource extends InputStream {
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public int read() throws InterruptedIOException {
        try {
            released.await();
            return -1;
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
        return read();
    }

    void release() {
        released.countDown();
    }
}
