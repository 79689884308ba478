package org.sandbox4j.local;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.TerminalSize;
import org.sandbox4j.local.run.SandboxRun;

/** A started command. */
final class LocalProcess implements SandboxProcess {
    private static final int SIGTERM = 15;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private final SandboxRun run;

    LocalProcess(SandboxRun run) {
        this.run = run;
    }

    @Override
    public OutputStream stdin() {
        return run.process().stdin();
    }

    @Override
    public InputStream stdout() {
        return run.stdout();
    }

    @Override
    public InputStream stderr() {
        return run.stderr();
    }

    @Override
    public CompletableFuture<SandboxResult> onExit() {
        return run.result().copy();
    }

    @Override
    public SandboxResult waitFor() throws InterruptedException {
        return run.await();
    }

    @Override
    public Optional<SandboxResult> waitFor(Duration timeout) throws InterruptedException {
        try {
            run.result().get(nanoseconds(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            // Thrown by waitFor below, in the form that callers know.
        }
        return Optional.of(waitFor());
    }

    private static long nanoseconds(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    @Override
    public boolean isAlive() {
        return !run.result().isDone();
    }

    @Override
    public void terminate() {
        run.process().control().signalCommand(SIGTERM);
    }

    @Override
    public void kill() {
        run.stop(SandboxRun.Stop.KILLED);
    }

    @Override
    public void suspend() {
        run.process().control().signalAll(SIGSTOP);
    }

    @Override
    public void resume() {
        run.process().control().signalAll(SIGCONT);
    }

    @Override
    public void resize(int columns, int rows) {
        TerminalSize size = new TerminalSize(columns, rows);
        if (!run.hasTerminal()) {
            throw new SandboxUnsupportedException("This command has no terminal to resize. Give it one with "
                    + "SandboxCommand.Builder.terminal(columns, rows).");
        }
        run.process().control().resizeTerminal(size.columns(), size.rows());
    }

    @Override
    public void close() {
        run.stop(SandboxRun.Stop.KILLED);
        run.awaitEnd();
        run.closeStreams();
    }
}
