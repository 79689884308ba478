package org.sandbox4j.testkit;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;

/** Waits for conditions, never longer than {@link #deadline()}. */
final class Await {
    /** A number of seconds; by default far longer than anything that works takes, also on a loaded machine. */
    private static final String DEADLINE_PROPERTY = "sandbox4j.testkit.deadline";

    private static final int DEFAULT_DEADLINE_SECONDS = 30;

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    static Duration deadline() {
        return Duration.ofSeconds(Integer.getInteger(DEADLINE_PROPERTY, DEFAULT_DEADLINE_SECONDS));
    }

    /** Waits until the condition holds, or fails telling what did not happen. */
    static void until(String event, BooleanSupplier condition) {
        until(() -> event, condition);
    }

    static void until(Supplier<String> event, BooleanSupplier condition) {
        long start = System.nanoTime();
        long pause = TimeUnit.MICROSECONDS.toNanos(100);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > deadline().toNanos()) {
                throw new AssertionError("Not within " + deadline().toSeconds() + " s: " + event.get());
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Returns the value of a future, or fails telling what did not happen. */
    static <T> T result(String event, Future<T> future) throws ExecutionException, InterruptedException {
        try {
            return future.get(deadline().toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | CancellationException e) {
            throw new AssertionError("Not within " + deadline().toSeconds() + " s: " + event, e);
        }
    }

    /** Waits for the end of a command. */
    static SandboxResult end(SandboxProcess process) throws InterruptedException {
        return process.waitFor(deadline())
                .orElseThrow(
                        () -> new AssertionError("Not within " + deadline().toSeconds() + " s: the end of a command"));
    }

    /** Waits for the end of a thread, or fails with where it is. */
    static void end(Thread thread) throws InterruptedException {
        thread.join(deadline().toMillis());
        if (thread.isAlive()) {
            AssertionError error = new AssertionError(
                    "Not within " + deadline().toSeconds() + " s: the end of the thread " + thread.getName());
            error.setStackTrace(thread.getStackTrace());
            throw error;
        }
    }
}
