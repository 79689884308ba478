package org.sandbox4j.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.ShellResult;

/** Runs the commands of a request one after the other, and decides what each result is and when to stop. */
final class ShellCommands {
    private static final String UNKNOWN = "An unknown error occurred on the sandbox\n";

    /** Also of a command that ended by itself before it could be killed, so that what is cut never looks whole. */
    private static final int KILLED = 137;

    private final SupervisedRuns runs;
    private final Map<String, String> variables;
    private final OutputTotal output;
    private final long outputBytes;
    private final List<ShellResult> results = new ArrayList<>();
    private double left;

    /**
     * Makes a sequence of commands.
     *
     * @param budget time for all of them together
     * @param output what all of them together may write
     * @param outputBytes what each may write
     */
    ShellCommands(
            SupervisedRuns runs, Map<String, String> variables, Duration budget, OutputTotal output, long outputBytes) {
        this.runs = runs;
        this.variables = variables;
        this.output = output;
        this.outputBytes = outputBytes;
        left = budget.toNanos() / 1e9;
    }

    /** Runs commands until one fails that may not; returns the status. */
    int run(List<ConfigCommand> commands) throws InterruptedException {
        for (ConfigCommand command : commands) {
            ShellResult result = run(command);
            results.add(result);
            boolean stops =
                    result.exitCode() == ExecuteResponse.UNKNOWN || (result.exitCode() != 0 && !command.mayFail());
            if (stops) {
                return result.exitCode();
            }
        }
        return 0;
    }

    List<ShellResult> results() {
        return results;
    }

    private ShellResult run(ConfigCommand command) throws InterruptedException {
        TimeLimit limit = TimeLimit.of(command.timeout(), left);
        long start = System.nanoTime();
        Outcome outcome = outcome(command.line(), limit);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        left -= time.toNanos() / 1e9;
        return new ShellResult(command.line(), outcome.exitCode, outcome.stdout, outcome.stderr, time);
    }

    private record Outcome(int exitCode, String stdout, String stderr) {}

    private Outcome outcome(String line, TimeLimit limit) throws InterruptedException {
        Optional<Outcome> failure = failure(line, limit);
        if (failure.isPresent()) {
            return failure.get();
        }
        KeptOutput stdout = new KeptOutput(output, outputBytes);
        KeptOutput stderr = new KeptOutput(output, outputBytes);
        SandboxResult result = runs.run(
                SandboxCommand.builder("bash", "-c", line)
                        .environment(variables)
                        .flags(SandboxFlags.ROOT_READ_ONLY)
                        .stdin(Stdio.discard())
                        .stdout(Stdio.to(stdout))
                        .stderr(Stdio.to(stderr))
                        .timeout(limit.duration())
                        .build(),
                () -> stdout.isCut() || stderr.isCut());
        if (result.termination() instanceof Termination.TimedOut) {
            return new Outcome(ExecuteResponse.TIMED_OUT, "", limit.message());
        }
        boolean beyondTotal = stdout.isCut() || stderr.isCut();
        boolean cut = beyondTotal
                || (result.termination() instanceof Termination.LimitExceeded exceeded
                        && exceeded.which() == Resource.OUTPUT);
        try {
            return new Outcome(
                    beyondTotal ? KILLED : result.exitCode(),
                    text(stdout.output().bytes(), cut),
                    text(stderr.output().bytes(), cut));
        } catch (CharacterCodingException e) {
            return new Outcome(ExecuteResponse.UNKNOWN, "", UNKNOWN);
        }
    }

    /** What comes out without running anything. */
    private Optional<Outcome> failure(String line, TimeLimit limit) {
        if (limit.isNoNumber()) {
            return Optional.of(new Outcome(ExecuteResponse.UNKNOWN, "", UNKNOWN));
        } else if (limit.isOver()) {
            return Optional.of(new Outcome(ExecuteResponse.TIMED_OUT, "", limit.message()));
        } else if (Environ.hasNul(line)) {
            return Optional.of(new Outcome(1, "", "exec /usr/bin/bash: invalid argument"));
        } else if (line.getBytes(StandardCharsets.UTF_8).length > ShellCommand.MAX_LINE_BYTES) {
            return Optional.of(new Outcome(1, "", "exec /usr/bin/bash: argument list too long"));
        }
        return Environ.flaw(variables).map(flaw -> new Outcome(126, flaw, ""));
    }

    private static String text(byte[] bytes, boolean cut) throws CharacterCodingException {
        int length = cut ? Utf8.lengthOfWholeCharacters(bytes) : bytes.length;
        return PythonText.strip(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, 0, length))
                .toString());
    }
}
