package org.sandbox4j.remote;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Makes blocking calls of asynchronous ones. */
final class Waiting {
    private Waiting() {}

    /** An interrupt is seen after the call. */
    static <T> T throughInterrupts(CompletableFuture<T> call) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return on(call.copy());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static <T> T on(CompletableFuture<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (InterruptedException e) {
            call.cancel(true);
            throw e;
        } catch (CancellationException e) {
            throw new IllegalStateException("The client was closed during the call.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
