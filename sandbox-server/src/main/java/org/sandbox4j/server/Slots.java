package org.sandbox4j.server;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many requests run at once and so many more wait, first come, first served. Thread-safe.
 */
final class Slots {
    private static final long LONGEST_ADVICE_SECONDS = 60;

    private final int count;
    private final int queueLength;
    private final Duration longestWait;
    private final Semaphore free;
    // Guarded by this.
    private int waiting;
    private double meanSeconds = 0.1;

    Slots(int count, int queueLength, Duration longestWait) {
        this.count = count;
        this.queueLength = queueLength;
        this.longestWait = longestWait;
        free = new Semaphore(count, true);
    }

    /** Runs in a slot. */
    interface Work<T> {
        T run() throws Exception;
    }

    /**
     * Waits for a slot and runs there.
     *
     * @throws Refusal if the queue is full, or no slot is free in time
     */
    <T> T run(Work<T> work) throws Exception {
        acquire();
        long start = System.nanoTime();
        try {
            return work.run();
        } finally {
            ran((System.nanoTime() - start) / 1e9);
            free.release();
        }
    }

    private void acquire() throws InterruptedException {
        if (free.tryAcquire()) {
            return;
        }
        enterQueue();
        try {
            if (!free.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw refusal();
            }
        } finally {
            leaveQueue();
        }
    }

    private synchronized void enterQueue() {
        if (waiting >= queueLength) {
            throw refusal();
        }
        waiting++;
    }

    private synchronized void leaveQueue() {
        waiting--;
    }

    private synchronized void ran(double seconds) {
        meanSeconds += (seconds - meanSeconds) / 16;
    }

    /** Tells to come back when those who wait now will probably have had their turn. */
    private synchronized Refusal refusal() {
        double seconds = meanSeconds * (waiting + 1) / count;
        return Refusal.overloaded(
                OptionalLong.of(Math.max(1, Math.min(LONGEST_ADVICE_SECONDS, Math.round(Math.ceil(seconds))))));
    }

    int count() {
        return count;
    }

    int used() {
        return count - free.availablePermits();
    }

    synchronized int waiting() {
        return waiting;
    }
}
