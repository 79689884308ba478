package org.sandbox4j.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxProcess;

/** Lets others reach, and end, what a request runs. Thread-safe. */
final class RunControl {
    private @Nullable SandboxProcess process;
    private boolean cancelled;
    private final AtomicBoolean inputTaken = new AtomicBoolean();

    /** What is done to the input of the command that runs now. */
    interface InputAction {
        void on(OutputStream stdin) throws IOException;
    }

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

    /**
     * Returns the command that runs now.
     *
     * @throws Refusal if none does
     */
    synchronized SandboxProcess process() {
        if (process == null) {
            throw Refusal.line(409, "No command of this run is running.");
        }
        return process;
    }

    /**
     * Does something to the command's input, which may take until it reads, so that each run holds up one client at most.
     *
     * @throws Refusal if somebody else does, no command runs, or it takes no input
     */
    void withInput(InputAction action) {
        OutputStream stdin = process().stdin();
        if (!inputTaken.compareAndSet(false, true)) {
            throw Refusal.line(409, "Input for this run is being written already.");
        }
        try {
            action.on(stdin);
        } catch (IOException e) {
            throw Refusal.line(409, "The command takes no more input.");
        } finally {
            inputTaken.set(false);
        }
    }

    synchronized void detach() {
        process = null;
    }
}
