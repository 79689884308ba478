package org.sandbox4j.remote.fleet;

import java.time.Duration;
import org.sandbox4j.protocol.ShellResult;

/**
 * What became of one command of a request. Immutable.
 *
 * @param command the command without its hyphen
 * @param exitCode 0 to 255, or -1 where the server lost it, or -2 if its time was up
 * @param stdout what it wrote to standard output, as the server gave it
 * @param stderr what it wrote to standard error, as the server gave it
 * @param truncated whether the store has cut one of the texts
 * @param time wall clock time
 */
public record CommandResult(
        String command, int exitCode, String stdout, String stderr, boolean truncated, Duration time) {
    static CommandResult of(ShellResult result) {
        return new CommandResult(
                result.line(), result.exitCode(), result.stdout(), result.stderr(), false, result.time());
    }

    CommandResult shortened(int characters) {
        String shortCommand = Texts.shortened(command, characters);
        String shortStdout = Texts.shortened(stdout, characters);
        String shortStderr = Texts.shortened(stderr, characters);
        boolean cut = shortCommand.length() < command.length()
                || shortStdout.length() < stdout.length()
                || shortStderr.length() < stderr.length();
        return cut ? new CommandResult(shortCommand, exitCode, shortStdout, shortStderr, true, time) : this;
    }
}
