package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.SavedEnvironment;

/** Requests for tests of stores. */
public final class Requests {
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    private Requests() {}

    /** One that no server answered. */
    public static Request failed(long server, String user, Instant date) {
        return new Request(
                0,
                OptionalLong.of(server),
                Optional.of(user),
                date,
                TRUE,
                false,
                "http://a/: unreachable",
                Optional.empty());
    }

    /** One that a server answered. */
    public static Request answered(long server, Instant date, Response response) {
        return new Request(0, OptionalLong.of(server), Optional.empty(), date, TRUE, true, "", Optional.of(response));
    }

    /** An answer of one command. */
    public static Response response(String stdout) {
        return response(Optional.empty(), List.of(result(0, stdout)));
    }

    /** An answer that says where the environment is. */
    public static Response response(UUID saved, Instant expires) {
        return response(Optional.of(new SavedEnvironment(saved, expires)), List.of(result(0, "")));
    }

    /** An answer of several commands. */
    public static Response response(Optional<SavedEnvironment> saved, List<CommandResult> results) {
        return new Response(0, Duration.ofNanos(1_234_567_891), Optional.of(""), false, saved, results);
    }

    /** What became of a command. */
    public static CommandResult result(int exitCode, String stdout) {
        return new CommandResult("true", exitCode, stdout, "", false, Duration.ofMillis(5));
    }
}
