package org.sandbox4j.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a request whose commands were run. Immutable.
 *
 * @param status 0, or the exit code of the command that stopped the request, or one of this class's negative numbers. A
 *     missing or undecodable result file hides what the commands' status was; see their results
 * @param execution a result for each command that was started, in order, at least one
 * @param totalTime wall clock time from unpacking the environment to reading the result
 * @param environment the environment as the commands left it, if it was to be kept
 * @param result the text of the result file, if one was asked for and could be read
 */
public record ExecuteResponse(
        int status,
        List<ShellResult> execution,
        Duration totalTime,
        Optional<SavedEnvironment> environment,
        Optional<String> result) {
    /** Status and exit code of a command whose result is unknown; see {@link ShellResult#isUnknown()}. */
    public static final int UNKNOWN = -1;

    /** Status and exit code of a command that ran out of time. */
    public static final int TIMED_OUT = -2;

    /** Status of a request whose result file does not exist. */
    public static final int NO_RESULT_FILE = -3;

    /** Status of a request whose result file is not UTF-8. */
    public static final int RESULT_NOT_TEXT = -4;

    /** Makes a response. */
    public ExecuteResponse {
        execution = List.copyOf(execution);
    }

    /**
     * Tells whether every command succeeded or was permitted to fail, and the result, if wanted, is there.
     *
     * @return whether the status is 0
     */
    public boolean succeeded() {
        return status == 0;
    }
}
