package org.sandbox4j.server;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;

/** Runs the commands of one request under its control and within its disk budget. */
final class SupervisedRuns {
    private final Sandbox sandbox;
    private final RunControl control;
    private final DiskBudget disk;

    SupervisedRuns(Sandbox sandbox, RunControl control, DiskBudget disk) {
        this.sandbox = sandbox;
        this.control = control;
        this.disk = disk;
    }

    /** Runs a command to its end, unless it is to stop before. */
    SandboxResult run(SandboxCommand command, BooleanSupplier stops) throws InterruptedException {
        return run(command, () -> {}, stops);
    }

    /** Runs a command to its end, and tells when it can be reached. */
    SandboxResult run(SandboxCommand command, Runnable started) throws InterruptedException {
        return run(command, started, () -> false);
    }

    /** One that is cancelled, is to stop, or writes too much ends as if killed by a signal. */
    private SandboxResult run(SandboxCommand command, Runnable started, BooleanSupplier stops)
            throws InterruptedException {
        try (SandboxProcess process = sandbox.start(command)) {
            control.attach(process);
            started.run();
            while (true) {
                Optional<SandboxResult> result = process.waitFor(disk.pause());
                if (result.isPresent()) {
                    return result.get();
                }
                if (stops.getAsBoolean() || disk.isExceeded()) {
                    process.kill();
                    return process.waitFor();
                }
            }
        } finally {
            control.detach();
        }
    }
}
