package org.sandbox4j.protocol;

import java.time.Duration;

/**
 * What became of one command. Immutable.
 *
 * @param line the command without its hyphen
 * @param exitCode 0 to 255, or {@link ExecuteResponse#UNKNOWN}, or {@link ExecuteResponse#TIMED_OUT}
 * @param stdout what it wrote to standard output, without white space at both ends
 * @param stderr what it wrote to standard error, without white space at both ends; or the server's message
 * @param time wall clock time, with what the server needed to start it
 */
public record ShellResult(String line, int exitCode, String stdout, String stderr, Duration time) {
    /** How the texts of an engine that could not start a command begin or read; they are on its standard output. */
    private static final String STOPPED = "cannot exec in a stopped state: unknown";

    private static final String NOT_EXECUTED = "OCI runtime exec failed:";

    /**
     * Tells whether the server lost the command's result. Either it ran and its output was not UTF-8, or its container was
     * gone and it did not run; nothing tells which.
     *
     * @return whether the result is unknown
     */
    public boolean isUnknown() {
        return exitCode == ExecuteResponse.UNKNOWN;
    }

    /**
     * Tells whether its time was up. What it had printed is lost, and servers may let it go on until the request ends.
     *
     * @return whether it was out of time
     */
    public boolean isTimedOut() {
        return exitCode == ExecuteResponse.TIMED_OUT;
    }

    /**
     * Tells whether this reads like a container that was stopping when the command was to start: exit code 126 and nothing
     * but the engine's message. The command then did not run. A command can imitate it.
     *
     * @return whether the command seems not to have been started
     */
    public boolean isFailedStart() {
        return exitCode == 126 && stderr.isEmpty() && (stdout.equals(STOPPED) || stdout.startsWith(NOT_EXECUTED));
    }
}
