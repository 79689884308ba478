package org.sandbox4j.remote;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The runs of a sandbox that go on. Thread-safe. */
final class OpenRuns {
    // Guarded by this.
    private final Set<RemoteRun> runs = new HashSet<>();
    private int entered;
    private boolean closed;

    synchronized void requireOpen(String call) {
        if (closed) {
            throw new IllegalStateException("Sandbox is closed: " + call + "() was called after close().");
        }
    }

    /** Somebody makes a run, for which {@link #close} waits. */
    synchronized void enter(String call) {
        requireOpen(call);
        entered++;
    }

    synchronized void leave() {
        entered--;
        notifyAll();
    }

    /** A run that was begun while the sandbox was being closed is stopped right away. */
    void begun(RemoteRun run) {
        boolean tooLate;
        synchronized (this) {
            runs.add(run);
            entered++;
            tooLate = closed;
        }
        CompletableFuture<?> unused = run.result().whenComplete((result, failure) -> ended(run));
        if (tooLate) {
            run.stop();
        }
    }

    private synchronized void ended(RemoteRun run) {
        runs.remove(run);
        leave();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Stops everything and waits until it is over. Returns false if it was closed before. */
    boolean close() {
        List<RemoteRun> left;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            left = List.copyOf(runs);
        }
        left.forEach(RemoteRun::stop);
        awaitNone();
        return true;
    }

    private synchronized void awaitNone() {
        boolean interrupted = false;
        while (entered > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
