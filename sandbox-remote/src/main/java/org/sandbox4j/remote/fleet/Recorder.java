package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what polls bring into the store, in a thread of its own, so that polling waits for no store. When the store is too slow,
 * what does not fit into the queue is not written.
 */
final class Recorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxFleet.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor thread;
    private boolean troubled;

    Recorder(int queue) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queue),
                task -> Daemons.thread(task, "sandbox4j-fleet-recorder"));
    }

    /** Writes something, and then does something, whether it could be written or not. */
    void write(Runnable write, Runnable afterwards) {
        try {
            thread.execute(() -> {
                attempt(write);
                afterwards.run();
            });
        } catch (RejectedExecutionException e) {
            if (!thread.isShutdown()) {
                warn("The store of the fleet is too slow: usages are polled but not recorded.", e);
            }
            afterwards.run();
        }
    }

    private void attempt(Runnable write) {
        try {
            write.run();
            wellAgain();
        } catch (RuntimeException e) {
            warn("The store of the fleet fails: usages are polled but not recorded.", e);
        }
    }

    /** Once, and not for each of thousands of servers. */
    private synchronized void warn(String message, RuntimeException e) {
        if (!troubled) {
            troubled = true;
            LOG.warn(message, e);
        }
    }

    private synchronized void wellAgain() {
        troubled = false;
    }

    /** Ends when everything that was to be written before has been. */
    CompletableFuture<Void> upToHere() {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        write(() -> {}, () -> reached.complete(null));
        return reached;
    }

    /**
     * Waits for what is still to be written, but not for ever. What is being written is not interrupted: databases in files would not
     * survive that.
     */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "The store of the fleet is too slow: {} polls were not recorded.",
                        thread.getQueue().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.getQueue().clear();
    }
}
