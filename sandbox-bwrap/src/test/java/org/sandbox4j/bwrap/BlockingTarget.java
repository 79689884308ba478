package org.sandbox4j.bwrap;

import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** An output target that takes nothing until it is released or interrupted, like a full pipe. */
final class BlockingTarget extends OutputStream {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void write(int b) throws InterruptedIOException {
        waiting.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    boolean isWaiting() {
        return waiting.getCount() == 0;
    }

    void release() {
        released.countDown();
    }
}
