package org.sandbox4j.local.run;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.Stdio;
import org.sandbox4j.local.launch.LaunchedProcess;
import org.sandbox4j.local.launch.ProcessWatch;

/** The three streams of one run. A stream that is a pipe is left to the caller. */
public final class RunStreams {
    private final @Nullable InputFeed stdin;
    private final @Nullable OutputSink stdout;
    private final @Nullable OutputSink stderr;
    private final boolean input;
    private final boolean merged;
    private final OutputBudget budget;
    private final @Nullable RunTerminal terminal;

    private RunStreams(Stdio stdin, Stdio stdout, Stdio stderr, @Nullable RunTerminal terminal, OutputBudget budget) {
        this.budget = budget;
        this.terminal = terminal;
        input = !(stdin instanceof Stdio.Discard);
        merged = sameTarget(stdout, stderr);
        boolean feeds = input && !(stdin instanceof Stdio.Pipe) && !isCallersTerminal();
        boolean noStderr = merged || (terminal != null && terminal.wiring().stderr());
        this.stdin = feeds ? InputFeed.open(stdin) : null;
        this.stdout = stdout instanceof Stdio.Pipe ? null : openFirst(stdout, this.stdin, budget);
        try {
            this.stderr = noStderr || stderr instanceof Stdio.Pipe ? null : OutputSink.open(stderr, System.err, budget);
        } catch (RuntimeException e) {
            closeOpened();
            throw e;
        }
    }

    private static OutputSink openFirst(Stdio stdout, @Nullable InputFeed opened, OutputBudget budget) {
        try {
            return OutputSink.open(stdout, System.out, budget);
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.finish();
            }
            throw e;
        }
    }

    private void closeOpened() {
        if (stdin != null) {
            stdin.finish();
        }
        if (stdout != null) {
            Throwable unused = stdout.finish();
        }
    }

    /**
     * Opens the sources and targets.
     *
     * @throws org.sandbox4j.SandboxSetupException if a file cannot be read or written
     */
    public static RunStreams open(Stdio stdin, Stdio stdout, Stdio stderr) {
        return open(stdin, stdout, stderr, Optional.empty(), OptionalLong.empty());
    }

    /**
     * Opens the sources and targets of a command that may get a terminal.
     *
     * @param limit how many bytes the command may write to both outputs together
     * @throws org.sandbox4j.SandboxSetupException if a file cannot be read or written
     */
    public static RunStreams open(
            Stdio stdin, Stdio stdout, Stdio stderr, Optional<RunTerminal> terminal, OptionalLong limit) {
        return new RunStreams(stdin, stdout, stderr, terminal.orElse(null), OutputBudget.of(limit));
    }

    OutputBudget budget() {
        return budget;
    }

    /** Returns the terminal that the command gets. */
    public Optional<RunTerminal> terminal() {
        return Optional.ofNullable(terminal);
    }

    private boolean isCallersTerminal() {
        return terminal != null && terminal.isCallers();
    }

    /** Tells whether the command has an input that is not empty from the start. */
    public boolean hasInput() {
        return input;
    }

    /** Tells whether the input is given by {@link #feed}. */
    boolean feedsInput() {
        return stdin != null || isCallersTerminal();
    }

    /** Tells whether both outputs make one stream. */
    public boolean isMerged() {
        return merged;
    }

    /** Starts to give the command its input. */
    void feed(LaunchedProcess process) {
        if (terminal != null && terminal.isCallers()) {
            terminal.connect(process);
        }
        if (stdin != null) {
            Workers.start(() -> stdin.feed(process.stdin()));
        }
    }

    Optional<ProcessWatch.ByteSink> stdout() {
        return Optional.ofNullable(stdout);
    }

    Optional<ProcessWatch.ByteSink> stderr() {
        return Optional.ofNullable(stderr);
    }

    /** Returns what takes what the terminal shows: the caller's terminal, or else what takes standard output. */
    Optional<ProcessWatch.ByteSink> terminalOutput() {
        if (terminal == null) {
            return Optional.empty();
        }
        return terminal.isCallers() ? Optional.of(OutputSink.of(terminal.callersOutput(), budget)) : stdout();
    }

    /** The command has ended, so what its source gives from now on is not taken. */
    void stopInput() {
        if (terminal != null) {
            terminal.stopReading();
        }
    }

    CapturedOutput capturedStdout() {
        return stdout == null ? CapturedOutput.none() : stdout.captured();
    }

    CapturedOutput capturedStderr() {
        return stderr == null ? CapturedOutput.none() : stderr.captured();
    }

    /** Closes what was opened, and returns the first failure: of the input, or else to write output. */
    @Nullable
    StreamFailure finish() {
        if (terminal != null) {
            terminal.disconnect();
        }
        if (stdin != null) {
            stdin.finish();
        }
        Throwable input = stdin == null ? null : stdin.failure();
        Throwable first = stdout == null ? null : stdout.finish();
        Throwable second = stderr == null ? null : stderr.finish();
        if (input != null) {
            return StreamFailure.ofInput(input);
        } else if (first != null) {
            return new StreamFailure("stdout", first);
        }
        return second == null ? null : new StreamFailure("stderr", second);
    }

    private static boolean sameTarget(Stdio stdout, Stdio stderr) {
        if (stdout instanceof Stdio.Inherit && stderr instanceof Stdio.Inherit) {
            return System.out == System.err;
        }
        if (stdout instanceof Stdio.Pipe || stdout instanceof Stdio.Capture) {
            return stdout == stderr;
        }
        if (stdout instanceof Stdio.ToStream first && stderr instanceof Stdio.ToStream second) {
            return first.stream() == second.stream();
        }
        return stdout.equals(stderr);
    }
}
