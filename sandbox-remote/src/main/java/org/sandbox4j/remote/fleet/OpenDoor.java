package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts who is inside, and lets nobody in once it is closed. */
final class OpenDoor {
    interface Visit<T> {
        T make() throws InterruptedException;
    }

    private int inside;
    private boolean closed;

    <T> T pass(Visit<T> visit) throws InterruptedException {
        enter();
        try {
            return visit.make();
        } finally {
            leave();
        }
    }

    synchronized void check() {
        if (closed) {
            throw new IllegalStateException("The fleet is closed.");
        }
    }

    private synchronized void enter() {
        check();
        inside++;
    }

    private synchronized void leave() {
        inside--;
        notifyAll();
    }

    /** Tells whether this was the first time. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Waits until nobody is inside, but not for ever. */
    synchronized void awaitEmpty(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long rest = patience.toNanos(); inside > 0 && rest > 0; rest = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
    }
}
