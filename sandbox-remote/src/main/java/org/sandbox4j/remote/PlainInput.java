package org.sandbox4j.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Collects what a command is to read. Nothing else reaches commands on a plain server. */
final class PlainInput implements CommandControl {
    private final @Nullable OutputStream file;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable IOException failure;

    PlainInput(@Nullable OutputStream file) {
        this.file = file;
    }

    /**
     * Waits until all of the input is there.
     *
     * @throws IOException if it could not be kept
     */
    void awaitEnd() throws InterruptedException, IOException {
        ended.await();
        IOException known = failure;
        if (known != null) {
            throw known;
        }
    }

    @Override
    public synchronized boolean send(byte[] bytes) {
        if (file == null || ended.getCount() == 0) {
            return false;
        }
        try {
            file.write(bytes);
            return true;
        } catch (IOException e) {
            failure = e;
            throw new ServerException(
                    "local-file", RunState.NOT_RUN, 0, "Cannot keep standard input: " + e + ". Make room.", e);
        }
    }

    @Override
    public void end() {
        ended.countDown();
    }

    @Override
    public boolean signal(String name) {
        return false;
    }

    @Override
    public boolean resize(int columns, int rows) {
        return false;
    }
}
