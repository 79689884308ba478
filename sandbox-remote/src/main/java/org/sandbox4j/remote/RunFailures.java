package org.sandbox4j.remote;

import java.util.Set;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.protocol.RootResponse;

/** Turns what a server reports of a command that it could not run into the exception that a backend there has thrown. */
final class RunFailures {
    private static final Set<String> UNAVAILABLE = Set.of("unavailable", "missing-program");

    /** What went wrong when, or after, the command ran. */
    private static final Set<String> LATER = Set.of(
            "sandbox-lost",
            "supervision-failed",
            "output-failed",
            "callback-failed",
            "closed",
            "disk",
            "merge",
            "not-removed");

    private RunFailures() {}

    static SandboxException exception(RootResponse.Failure failure, String program) {
        String reason = failure.reason();
        String message = Printable.text(failure.message());
        if (failure.problem().isPresent()) {
            return new CommandNotFoundException(program, failure.problem().get(), message);
        } else if (reason.equals("unsupported")) {
            return new SandboxUnsupportedException(message);
        } else if (UNAVAILABLE.contains(reason)) {
            return new SandboxUnavailableException(reason, message, null);
        } else if (LATER.contains(reason) || reason.startsWith("archive-")) {
            return new SandboxException(reason, message);
        }
        return new SandboxSetupException(reason, message, null);
    }
}
