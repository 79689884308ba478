package org.sandbox4j.local.launch;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.DaemonThread;

/**
 * The one thread that starts processes. Some ask the kernel to be killed when their parent dies, and the kernel takes the
 * parent to be the <em>thread</em> that started it (PR_SET_PDEATHSIG, prctl(2)), so this thread never ends.
 */
final class LaunchingThread {
    private static final ThreadPoolExecutor THREAD = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> DaemonThread.of(work, "sandbox4j-launcher"));

    private LaunchingThread() {}

    /** Runs the work there and waits for it, also through interrupts: a process that has been started must be known. */
    static <T> T call(Supplier<T> work) {
        Future<T> result;
        try {
            result = THREAD.submit(work::get);
        } catch (OutOfMemoryError e) {
            throw noThread(e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
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
