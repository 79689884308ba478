package org.sandbox4j.local;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.local.run.SandboxRun;

/**
 * The runs of one sandbox, and whether it is open. A run counts from before its preparation until nothing of it is left, so
 * that closing waits for runs that are only about to start. Thread-safe.
 */
final class ActiveRuns {
    private final Set<SandboxRun> launched = new HashSet<>();
    private int entered;
    private boolean closed;

    synchronized void enter(String call) {
        if (closed) {
            throw new IllegalStateException("Sandbox is closed: " + call + "() was called after close().");
        }
        entered++;
    }

    synchronized void requireOpen(String call) {
        if (closed) {
            throw new IllegalStateException("Sandbox is closed: " + call + "() was called after close().");
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Counts until its result is there. A run that was launched while the sandbox was being closed is stopped right away. */
    void launched(SandboxRun run) {
        boolean tooLate;
        synchronized (this) {
            launched.add(run);
            tooLate = closed;
        }
        CompletableFuture<SandboxResult> unused = run.result().whenComplete((result, failure) -> {
            forget(run);
            leave();
        });
        if (tooLate) {
            run.stop(SandboxRun.Stop.CLOSED);
        }
    }

    synchronized void leave() {
        entered--;
        notifyAll();
    }

    /** Returns false if it was closed before. */
    boolean close() {
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        stopAll();
        return true;
    }

    /** Stops what runs now, without waiting. */
    void stopAll() {
        List<SandboxRun> toStop;
        synchronized (this) {
            toStop = List.copyOf(launched);
        }
        toStop.forEach(run -> run.stop(SandboxRun.Stop.CLOSED));
    }

    /** Waits, also through interrupts, until no run is left; a run always ends once it is stopped. */
    void awaitNone() {
        boolean interrupted = false;
        synchronized (this) {
            while (entered > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void forget(SandboxRun run) {
        launched.remove(run);
    }
}
