package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of this host, and one thread for all that is to be done later. */
final class SystemTimer implements FleetTimer {
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> Daemons.thread(task, "sandbox4j-fleet-timer"));

    SystemTimer() {
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return Micros.whole(Instant.now());
    }

    @Override
    public Runnable after(Duration wait, Runnable task) {
        Future<?> future = thread.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
