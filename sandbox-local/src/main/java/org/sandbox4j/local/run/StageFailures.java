package org.sandbox4j.local.run;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.SandboxSetupException;

/** Understands what our program says when it cannot prepare a sandbox: see the heads of {@code stage.c} and {@code enter.c}. */
final class StageFailures {
    private static final Pattern LINE =
            Pattern.compile("^sandbox-(?:stage|enter): (\\S+) (\\d+) (.*)$", Pattern.MULTILINE);
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int ENOSPC = 28;
    private static final int EMFILE = 24;

    private StageFailures() {}

    static Optional<SandboxSetupException> explain(String diagnostics) {
        Matcher line = LINE.matcher(diagnostics);
        return line.find()
                ? Optional.of(explain(line.group(1), Integer.parseInt(line.group(2)), line.group(3)))
                : Optional.empty();
    }

    private static SandboxSetupException explain(String word, int errno, String path) {
        if (errno == EAGAIN || errno == ENOMEM || errno == EMFILE) {
            return new SandboxSetupException(
                    "fork-refused",
                    "Cannot prepare the host for the sandbox (" + word + ", error " + errno
                            + "). Raise the limit of processes (ulimit -u, or the pids cgroup) or free memory.",
                    null);
        }
        if (errno == 0) {
            return new SandboxSetupException(
                    "root-changed",
                    "Did not start the command: '" + path + "' is another directory than it was a moment before. "
                            + "Something changes the root while commands are started; stop that.",
                    null);
        }
        String remedy = remedy(word, errno);
        return new SandboxSetupException(
                "stage-failed",
                "Cannot prepare the host for the sandbox: '" + word + "' failed at '" + path + "' with error " + errno
                        + ", see errno(3). " + remedy,
                null);
    }

    private static String remedy(String word, int errno) {
        if (errno == ENOSPC) {
            return "The limit of user namespaces, mounts or control groups is reached, or the disk is full; raise it or "
                    + "make room.";
        }
        return switch (word) {
            case "overlay" -> "Use ArtifactProtection.COPY, which needs no overlay.";
            case "user", "mount" -> "This process needs the right to make namespaces; run bin/doctor.";
            default -> "Run bin/doctor for what this host allows.";
        };
    }
}
