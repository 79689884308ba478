package org.sandbox4j.local.run;

import java.util.Optional;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.FailedStep;
import org.sandbox4j.local.host.PivotRoot;

/** Understands what our program says when it cannot prepare a sandbox: see the heads of {@code stage.c} and {@code enter.c}. */
final class StageFailures {
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int ENOSPC = 28;
    private static final int EMFILE = 24;

    private StageFailures() {}

    static Optional<SandboxSetupException> explain(String diagnostics) {
        return FailedStep.in(diagnostics).map(StageFailures::explain);
    }

    private static SandboxSetupException explain(FailedStep step) {
        int errno = step.errno();
        if (errno == EAGAIN || errno == ENOMEM || errno == EMFILE) {
            return new SandboxSetupException(
                    "fork-refused",
                    "Cannot prepare the host for the sandbox: " + step.sentence()
                            + ". Raise the limit of processes (ulimit -u, or the pids cgroup) or free memory.",
                    null);
        }
        if (errno == 0) {
            return new SandboxSetupException(
                    "root-changed",
                    "Did not start the command: '" + step.path()
                            + "' is another directory than it was a moment before. "
                            + "Something changes the root while commands are started; stop that.",
                    null);
        }
        return new SandboxSetupException(
                "stage-failed",
                "Cannot prepare the host for the sandbox: " + step.sentence() + ". " + remedy(step),
                null);
    }

    private static String remedy(FailedStep step) {
        if (step.errno() == ENOSPC) {
            return "The limit of user namespaces, mounts or control groups is reached, or the disk is full; raise it or "
                    + "make room.";
        }
        return switch (step.word()) {
            case "overlay" -> "Use ArtifactProtection.COPY, which needs no overlay.";
            case "user", "mount" -> "This process needs the right to make namespaces; run bin/doctor.";
            case "pivot" -> PivotRoot.remedy(step.sentence());
            default -> "Run bin/doctor for what this host allows.";
        };
    }
}
