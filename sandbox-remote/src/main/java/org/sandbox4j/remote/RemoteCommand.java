package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnsupportedException;
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
    /** All of it is in the request, so that it has to fit into memory. */
    private static final int MAX_INPUT_BYTES = 16 << 20;

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
     * Returns the command as the server gets it. Reads the input to its end.
     *
     * @param batch whether there are others in the same request
     * @throws SandboxUnsupportedException if there is too much input
     * @throws SandboxSetupException if it cannot be read
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
        Stdio out = wanted(stdout);
        builder.stdout(out).stderr(isMerged() ? out : wanted(stderr));
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
        if (stdin instanceof Stdio.Discard || stdin instanceof Stdio.Pipe) {
            return Stdio.discard();
        }
        try {
            byte[] content;
            if (stdin instanceof Stdio.HostFile file) {
                try (InputStream in = Files.newInputStream(file.path())) {
                    content = in.readNBytes(MAX_INPUT_BYTES + 1);
                }
            } else {
                content = stream().readNBytes(MAX_INPUT_BYTES + 1);
            }
            if (content.length > MAX_INPUT_BYTES) {
                throw new SandboxUnsupportedException(
                        "Standard input for a command on this server is sent before it starts" + " and may have "
                                + MAX_INPUT_BYTES + " bytes; there are more. Stage a file instead.");
            }
            return Stdio.bytes(content);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot read standard input from " + stdin + ": " + e + ". It must exist and be readable.", e);
        }
    }

    private InputStream stream() {
        if (stdin instanceof Stdio.Bytes bytes) {
            return new ByteArrayInputStream(bytes.content());
        }
        return stdin instanceof Stdio.FromStream from ? from.stream() : CallersStreams.input();
    }
}
