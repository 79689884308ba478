package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.SavedEnvironment;

/**
 * What a server answered to a request. Immutable.
 *
 * @param status 0, or the exit code of the command that stopped the request, or a negative number of {@link ExecuteResponse}
 * @param totalTime wall clock time from unpacking the environment to reading the result
 * @param result the text of the result file; absent where none was asked for or it could not be read, and different from an
 *     empty one
 * @param resultTruncated whether the store has cut the result
 * @param environment the environment as the commands left it, with its expiry, if it was to be kept
 * @param execution a result for each command that was started, in order
 */
public record Response(
        int status,
        Duration totalTime,
        Optional<String> result,
        boolean resultTruncated,
        Optional<SavedEnvironment> environment,
        List<CommandResult> execution) {
    /** Makes a response. */
    public Response {
        execution = List.copyOf(execution);
    }

    static Response of(ExecuteResponse answer) {
        return new Response(
                        answer.status(),
                        answer.totalTime(),
                        answer.result(),
                        false,
                        answer.environment(),
                        answer.execution().stream().map(CommandResult::of).toList())
                .inMicros();
    }

    Response inMicros() {
        return new Response(
                status,
                totalTime,
                result,
                resultTruncated,
                environment.map(saved -> new SavedEnvironment(saved.id(), Micros.whole(saved.expires()))),
                execution);
    }

    Response shortened(int characters) {
        Optional<String> shortResult = result.map(text -> Texts.shortened(text, characters));
        return new Response(
                status,
                totalTime,
                shortResult,
                resultTruncated || !shortResult.equals(result),
                environment,
                execution.stream().map(each -> each.shortened(characters)).toList());
    }
}
