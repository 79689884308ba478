package org.sandbox4j.remote;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/**
 * A call to a sandbox server failed. The message names the call and quotes the server, but no
 * credentials, and has no control characters.
 *
 * <p>Reasons: {@code unreachable} (no connection), {@code connection-lost}, {@code deadline}, {@code overloaded}
 * ({@link ServerOverloadedException}), {@code refused} (status 400 and the like), {@code unauthorized} (401, 403),
 * {@code not-found} ({@link EnvironmentNotFoundException}), {@code redirected}, {@code server-error} (500 and the like),
 * {@code bad-answer} (not what the protocol says), {@code answer-too-large}, {@code not-started}
 * ({@link CommandNotStartedException}), {@code local-file}.
 */
public class ServerException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /** Whether the commands have run. */
    private final RunState runState;

    /** The HTTP status, or 0 without an answer. */
    private final int status;

    ServerException(String reason, RunState runState, int status, String message, @Nullable Throwable cause) {
        super(reason, Printable.text(message), Printable.cause(cause));
        this.runState = runState;
        this.status = status;
    }

    /**
     * Tells whether the commands of the request have run.
     *
     * @return what is known
     */
    public RunState runState() {
        return runState;
    }

    /**
     * Returns the status of the server's answer.
     *
     * @return the HTTP status, if there was an answer
     */
    public OptionalInt httpStatus() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
