package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Repeats a task while it is started: at once, and then from start to start after about the interval, so that tasks which began
 * together drift apart. Each failure doubles the wait, up to five minutes or the interval.
 */
final class Poll {
    /** Whether the task has succeeded, later. */
    interface Task extends Supplier<CompletableFuture<Boolean>> {}

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);
    private static final int MAX_DOUBLINGS = 10;

    private final FleetTimer timer;
    private final RandomGenerator random;
    private final Supplier<Duration> interval;
    private final Task task;
    private Runnable cancel = () -> {};
    private Instant lastStart = Instant.EPOCH;
    /** Changes with each start and stop: what belongs to an earlier one has nothing to say. */
    private long generation;

    private boolean started;
    private boolean running;
    private boolean again;
    private int runs;
    private int failures;

    Poll(FleetTimer timer, RandomGenerator random, Supplier<Duration> interval, Task task) {
        this.timer = timer;
        this.random = random;
        this.interval = interval;
        this.task = task;
    }

    synchronized void start() {
        if (!started) {
            started = true;
            running = false;
            runs = 0;
            failures = 0;
            generation++;
            runAfter(Duration.ZERO);
        }
    }

    synchronized void stop() {
        started = false;
        generation++;
        cancel.run();
    }

    /** Does not wait for the next time. */
    synchronized void hurry() {
        failures = 0;
        if (running) {
            again = true;
        } else if (started) {
            runAfter(Duration.ZERO);
        }
    }

    synchronized void intervalChanged() {
        if (started && !running && runs > 0) {
            runAfter(waitFromNow());
        }
    }

    private void runAfter(Duration wait) {
        cancel.run();
        long current = generation;
        cancel = timer.after(wait, () -> run(current));
    }

    private void run(long current) {
        synchronized (this) {
            if (current != generation || running) {
                return;
            }
            running = true;
            again = false;
            lastStart = timer.now();
            runs++;
        }
        CompletableFuture<?> unused =
                task.get().whenComplete((succeeded, failure) -> ended(current, failure == null && succeeded));
    }

    private synchronized void ended(long current, boolean succeeded) {
        if (current != generation) {
            return;
        }
        running = false;
        failures = succeeded ? 0 : failures + 1;
        runAfter(again ? Duration.ZERO : waitFromNow());
    }

    private Duration waitFromNow() {
        Duration rest = Duration.between(timer.now(), lastStart.plus(wholeWait()));
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private Duration wholeWait() {
        Duration usual = interval.get();
        Duration longest = usual.compareTo(LONGEST_BACKOFF) > 0 ? usual : LONGEST_BACKOFF;
        Duration doubled = usual.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        Duration wait = doubled.compareTo(longest) > 0 ? longest : doubled;
        double part = runs <= 1 ? 0.5 + random.nextDouble() / 2 : 0.9 + random.nextDouble() / 5;
        return Duration.ofNanos((long) (wait.toNanos() * part));
    }
}
