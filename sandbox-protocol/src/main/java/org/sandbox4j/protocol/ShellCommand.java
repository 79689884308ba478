package org.sandbox4j.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One command of a request: a line for {@code bash -c} in the environment's directory. Immutable.
 *
 * @param line the line; at most {@link #MAX_LINE_BYTES} bytes in UTF-8, without NUL
 * @param timeout how long it may run; absent for the server's default. Servers have a budget for all commands of a request,
 *     10 seconds by default, and cut longer ones
 * @param mayFail whether the request goes on when it fails or runs out of time
 */
public record ShellCommand(String line, Optional<Duration> timeout, boolean mayFail) {
    /** What Linux takes as one argument, without the NUL at its end: 128 KiB - 1. */
    public static final int MAX_LINE_BYTES = (128 << 10) - 1;

    /**
     * Makes a command.
     *
     * @throws IllegalArgumentException if the line is empty, too long or has a NUL, or the timeout is not positive
     */
    public ShellCommand {
        if (line.isEmpty()) {
            throw new IllegalArgumentException("A command must not be empty.");
        }
        WireText.check("command", line);
        int bytes = line.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_LINE_BYTES) {
            throw new IllegalArgumentException("A command has " + bytes + " bytes; at most " + MAX_LINE_BYTES
                    + " can be passed on. Put it into a file of the environment.");
        }
        // On the wire, 0 means no limit at all, and less fails at once.
        timeout.filter(limit -> limit.isZero() || limit.isNegative()).ifPresent(limit -> {
            throw new IllegalArgumentException("A command's timeout must be positive: " + limit);
        });
    }

    /**
     * Returns a command with the server's default timeout that must succeed for the request to go on.
     *
     * @param line the line for the shell
     * @return the command
     */
    public static ShellCommand of(String line) {
        return new ShellCommand(line, Optional.empty(), false);
    }

    /**
     * Returns the same command with a time limit.
     *
     * @param limit how long it may run, more than 0
     * @return the new command
     */
    public ShellCommand withTimeout(Duration limit) {
        return new ShellCommand(line, Optional.of(limit), mayFail);
    }

    /**
     * Returns the same command, whose failure does not stop the request.
     *
     * @return the new command
     */
    public ShellCommand mayingFail() {
        return new ShellCommand(line, timeout, true);
    }

    /** Its text on the wire, where a leading hyphen says that it may fail; a space keeps a hyphen of its own. */
    String wireText() {
        if (mayFail) {
            return "-" + line;
        }
        return line.startsWith("-") ? " " + line : line;
    }
}
