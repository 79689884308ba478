package org.sandbox4j.local.run;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.DaemonThread;

/** The daemon threads that supervise runs and carry bytes. They are kept for a while, since starting one takes time. */
final class Workers {
    private static final ThreadPoolExecutor WORKERS = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            DaemonThread.idle().toNanos(),
            TimeUnit.NANOSECONDS,
            new SynchronousQueue<>(),
            named("sandbox4j-worker-"));
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private Workers() {}

    /**
     * Starts work.
     *
     * @throws SandboxSetupException if there is no thread for it
     */
    static void start(Runnable work) {
        try {
            WORKERS.execute(work);
        } catch (OutOfMemoryError e) {
            throw noThread(e);
        }
    }

    private static SandboxSetupException noThread(OutOfMemoryError cause) {
        return new SandboxSetupException(
                "no-threads",
                "Cannot start a thread for the sandbox: " + cause.getMessage()
                        + ". Raise the limit of processes (ulimit -u, or the pids cgroup), or run fewer sandboxes at once.",
                cause);
    }

    /** Does something later, on time by the monotonic clock; it must be short. */
    static ScheduledFuture<?> later(Runnable work, long nanoseconds) {
        try {
            return TIMER.schedule(work, nanoseconds, TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError e) {
            throw noThread(e);
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("sandbox4j-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(DaemonThread.idle().toNanos(), TimeUnit.NANOSECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return work -> DaemonThread.of(work, prefix + count.incrementAndGet());
    }
}
