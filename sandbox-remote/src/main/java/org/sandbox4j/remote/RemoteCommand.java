package org.sandbox4j.remote;

import java.time.Duration;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxSettings;

/**
 * A command with every value that it left open taken from the sandbox. Later changes of the sandbox do not touch it.
 *
 * @param command the command
 * @param settings the sandbox's settings when the run started
 * @param limits what limits it
 * @param stdin where its input comes from
 * @param stdout where its output goes
 * @param stderr where its error output goes
 */
record RemoteCommand(
        SandboxCommand command,
        SandboxSettings.Snapshot settings,
        ResourceLimits limits,
        Stdio stdin,
        Stdio stdout,
        Stdio stderr) {
    /** What is sent along with the request; more than that, and what is not known yet, is sent while the command runs. */
    private static final int MAX_BYTES_IN_REQUEST = 1 << 20;

    private static final Duration CENTURY = Duration.ofDays(36_500);

    /** Plans a command whose input is, unless it says otherwise, the sandbox's when it is interactive, else the given one. */
    static RemoteCommand plan(
            SandboxCommand command,
            SandboxSettings.Snapshot settings,
            SandboxConfig config,
            Stdio stdin,
            Stdio stdout,
            Stdio stderr) {
        boolean interactive = command.flags().contains(SandboxFlags.INTERACTIVE) && !(stdin instanceof Stdio.Pipe);
        Stdio input = command.stdin().orElse(interactive ? config.stdin() : stdin);
        Unsupported.refuse(command, input);
        return new RemoteCommand(
                command,
                settings,
                command.limits().orElse(config.limits()),
                input,
                command.stdout().orElse(stdout),
                command.stderr().orElse(stderr));
    }

    boolean isMerged() {
        return OutputTarget.areSame(stdout, stderr);
    }

    boolean usesPipe() {
        return stdin instanceof Stdio.Pipe || stdout instanceof Stdio.Pipe || stderr instanceof Stdio.Pipe;
    }

    boolean writesRoot() {
        return !command.flags().contains(SandboxFlags.ROOT_READ_ONLY)
                || settings.marks().containsKey("/");
    }

    String workDirectory() {
        return command.workDirectory().orElse(settings.workDirectory());
    }

    /**
     * Returns the command as the server gets it.
     *
     * @param batch whether there are others in the same request
     */
    SandboxCommand onServer(boolean batch) {
        SandboxCommand.Builder builder = SandboxCommand.builder(command.arguments())
                .flags(command.flags().stream()
                        .filter(flag -> flag != SandboxFlags.INHERIT_UID)
                        .toList())
                .workDirectory(workDirectory())
                .environment(command.environment().orElse(settings.environment()))
                .stdin(input())
                .limits(limits)
                .mayFail(command.mayFail());
        command.timeout().filter(RemoteCommand::isFinite).ifPresent(builder::timeout);
        command.label().ifPresent(builder::label);
        command.terminal().ifPresent(size -> builder.terminal(size.columns(), size.rows()));
        Stdio out = wanted(stdout);
        builder.stdout(out);
        // What a terminal shows is one stream, unless the command says otherwise.
        if (command.terminal().isEmpty() || command.stderr().isPresent()) {
            builder.stderr(isMerged() ? out : wanted(stderr));
        }
        if (batch && command.rollsBackOnFailure()) {
            builder.rollbackOnFailure();
        }
        return builder.build();
    }

    /** Longer ones cannot be sent, and nobody will see their end. */
    private static boolean isFinite(Duration timeout) {
        return timeout.compareTo(CENTURY) < 0;
    }

    private static Stdio wanted(Stdio target) {
        return Stdio.capture(target instanceof Stdio.Discard ? 0 : Stdio.MAX_CAPTURE);
    }

    private Stdio input() {
        if (stdin instanceof Stdio.Discard) {
            return stdin;
        }
        return isFedWhileItRuns() || stdin instanceof Stdio.Pipe ? Stdio.pipe() : stdin;
    }

    /** Tells whether somebody has to read a source and send what it gives. */
    boolean isFedWhileItRuns() {
        boolean small = stdin instanceof Stdio.Bytes bytes && bytes.content().length <= MAX_BYTES_IN_REQUEST;
        return !small && !(stdin instanceof Stdio.Discard) && !(stdin instanceof Stdio.Pipe);
    }
}
