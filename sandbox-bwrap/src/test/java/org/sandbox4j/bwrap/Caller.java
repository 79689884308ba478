package org.sandbox4j.bwrap;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A thread that makes one call. */
final class Caller<T> {
    private static final long SECONDS_TO_END = 20;

    private final FutureTask<T> call;
    private final Thread thread;

    private Caller(Callable<T> call) {
        this.call = new FutureTask<>(call);
        thread = new Thread(this.call, "caller");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Caller<T> of(Callable<T> call) {
        return new Caller<>(call);
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Tells whether the thread has noticed that it was interrupted. */
    boolean interruptIsTaken() {
        return !thread.isInterrupted();
    }

    T result() throws Exception {
        return call.get(SECONDS_TO_END, TimeUnit.SECONDS);
    }

    /** Waits for what the call throws. */
    Throwable failure() throws Exception {
        try {
            T result = result();
            throw new AssertionError("The call has returned " + result + ".");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    void awaitEnd() throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_END));
        if (thread.isAlive()) {
            AssertionError error = new AssertionError("The call has not ended.");
            error.setStackTrace(thread.getStackTrace());
            throw error;
        }
    }
}
