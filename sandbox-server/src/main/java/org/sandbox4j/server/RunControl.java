package org.sandbox4j.server;

import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxProcess;

/** Lets others end what a request runs. Thread-safe. */
final class RunControl {
    private @Nullable SandboxProcess process;
    private boolean cancelled;

    /** Kills the command that runs now, and lets none start after it. */
    synchronized void cancel() {
        cancelled = true;
        if (process != null) {
            process.kill();
        }
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** From now on this process is killed by {@link #cancel()}, at once if that was called before. */
    synchronized void attach(SandboxProcess started) {
        process = started;
        if (cancelled) {
            started.kill();
        }
    }

    synchronized void detach() {
        process = null;
    }
}
