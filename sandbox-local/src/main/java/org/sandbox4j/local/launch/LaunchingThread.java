package org.sandbox4j.local.launch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.DaemonThread;
import org.sandbox4j.spi.RecordHandles;

/**
 * The one thread that starts processes. Some ask the kernel to be killed when their parent dies, and the kernel takes the
 * parent to be the <em>thread</em> that started it (PR_SET_PDEATHSIG, prctl(2)), so this thread lives as long as they do. It ends
 * when it has had nothing to do for a while, so that the library can be unloaded; the next process has a new one.
 */
final class LaunchingThread {
    private static final LaunchingThread OF_THIS_JVM = new LaunchingThread(DaemonThread.idle());

    private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(1);

    private final long idle;
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private int processes;
    private boolean running;
    private boolean tidying;

    LaunchingThread(Duration idle) {
        this.idle = idle.toNanos();
    }

    static LaunchingThread ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** Runs the work there and waits for it, also through interrupts: a process that has been started must be known. */
    <T> T call(Supplier<T> supplier) {
        FutureTask<T> task = new FutureTask<>(supplier::get);
        synchronized (this) {
            requireThread();
            work.add(task);
            notifyAll();
        }
        return result(task);
    }

    /** The same for work that starts a process, whose end is told by {@link #processEnded}, unless the work fails. */
    <T> T launch(Supplier<T> start) {
        synchronized (this) {
            processes++;
        }
        try {
            return call(start);
        } catch (RuntimeException | Error e) {
            processEnded();
            throw e;
        }
    }

    /** Tells that a process has ended that {@link #launch} has started. */
    synchronized void processEnded() {
        processes--;
        notifyAll();
    }

    /** Has something done once, by the thread, when it ends. */
    synchronized void whenIdle(Runnable task) {
        requireThread();
        atEnd.add(task);
        notifyAll();
    }

    private void requireThread() {
        if (!running) {
            try {
                DaemonThread.of(this::work, "sandbox4j-launcher").start();
            } catch (OutOfMemoryError e) {
                throw noThread(e);
            }
            running = true;
        }
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
        RecordHandles.forget();
    }

    /** Returns nothing when the thread is to end. Whoever comes afterwards starts another one, as both hold the lock. */
    private synchronized @Nullable Runnable next() {
        long since = System.nanoTime();
        while (work.isEmpty()) {
            long left = since + (tidying ? idle / 4 : idle) - System.nanoTime();
            if (processes > 0) {
                since = System.nanoTime();
                tidying = false;
            } else if (left <= 0) {
                // A task that comes too early puts itself back, so there is a pause between them.
                tidying = !atEnd.isEmpty();
                running = tidying;
                return tidying ? atEnd.remove(0) : null;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, SHORTEST_WAIT));
            } catch (InterruptedException e) {
                // Nobody has this thread to interrupt it, and its processes would die with it.
            }
        }
        tidying = false;
        return work.remove();
    }

    private static <T> T result(Future<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new CompletionException(cause);
    }

    static SandboxSetupException noThread(OutOfMemoryError cause) {
        return new SandboxSetupException(
                "no-threads",
                "Cannot start a thread for the sandbox: " + cause.getMessage()
                        + ". Raise the limit of processes (ulimit -u, or the pids cgroup), or run fewer sandboxes at once.",
                cause);
    }
}
