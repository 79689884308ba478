package org.sandbox4j.remote.fleet;

import java.util.Optional;
import org.sandbox4j.SandboxException;
import org.sandbox4j.remote.RunState;
import org.sandbox4j.remote.ServerException;
import org.sandbox4j.remote.ServerOverloadedException;

/**
 * What came of sending a request to a server once.
 *
 * @param response the answer, if there is one
 * @param line why there is none, on one line; empty if there is one
 * @param elsewhere whether another server may be asked, since the commands have not run and it is not the request's fault
 * @param overloaded whether the server only had no place
 */
record Attempt(Optional<Response> response, String line, boolean elsewhere, boolean overloaded) {
    static Attempt answered(Response response) {
        return new Attempt(Optional.of(response), "", false, false);
    }

    static Attempt notSent(ServerEntry server, String why) {
        return new Attempt(Optional.empty(), line(server, why), true, false);
    }

    static Attempt failed(ServerEntry server, RuntimeException failure) {
        String reason = failure instanceof SandboxException known ? known.reason() + ": " : "";
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        boolean elsewhere = failure instanceof ServerException known
                && known.runState() == RunState.NOT_RUN
                && !known.reason().equals("refused")
                && !known.reason().equals("local-file");
        return new Attempt(
                Optional.empty(),
                line(server, reason + message),
                elsewhere,
                failure instanceof ServerOverloadedException);
    }

    static String line(ServerEntry server, String text) {
        return "'" + server.name() + "': " + text.replaceAll("\\R", " ");
    }
}
