package org.sandbox4j.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.ShellResult;

/** Tells which answers say that nothing has run and that it is worth trying again. */
final class Overload {
    private static final String TEXT = "Sandbox overloaded";

    private Overload() {}

    /** A 503 of a proxy may come after the server took the request, so commands are repeated only for a server's own. */
    static boolean isSafeToRepeat(Reply<?> reply, boolean runsCommands) {
        return reply.status() == 503
                && (!runsCommands
                        || reply.text().startsWith(TEXT)
                        || reply.headers().firstValue("retry-after").isPresent());
    }

    static Optional<Duration> retryAfter(Reply<?> reply, Instant now) {
        return reply.headers().firstValue("retry-after").flatMap(value -> Backoff.retryAfter(value.strip(), now));
    }

    static boolean nothingStarted(ExecuteResponse response) {
        return response.execution().stream().allMatch(ShellResult::isFailedStart);
    }
}
