package org.sandbox4j.remote;

import java.io.IOException;
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

/** A started command. Thread-safe, but for its input. */
final class RemoteProcess implements SandboxProcess {
    private final RemoteRun run;
    private final boolean hasTerminal;
    private final OutputStream stdin;

    RemoteProcess(RemoteRun run, boolean offersInput, boolean hasTerminal) {
        this.run = run;
        this.hasTerminal = hasTerminal;
        stdin = offersInput ? new CommandInput(run.control()) : closed();
    }

    private static OutputStream closed() {
        OutputStream stream = OutputStream.nullOutputStream();
        try {
            stream.close();
        } catch (IOException e) {
            throw new IllegalStateException("Closing cannot fail.", e);
        }
        return stream;
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return run.stdout().reading();
    }

    @Override
    public InputStream stderr() {
        return run.isMerged() ? InputStream.nullInputStream() : run.stderr().reading();
    }

    @Override
    public CompletableFuture<SandboxResult> onExit() {
        return run.result().thenApply(results -> results.get(0));
    }

    @Override
    public SandboxResult waitFor() throws InterruptedException {
        return run.await().get(0);
    }

    @Override
    public Optional<SandboxResult> waitFor(Duration timeout) throws InterruptedException {
        try {
            var unused = run.result().get(nanoseconds(timeout), TimeUnit.NANOSECONDS);
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
        signal("TERM");
    }

    @Override
    public void kill() {
        run.stop();
    }

    @Override
    public void suspend() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        if (isAlive()) {
            // One that has ended meanwhile takes none.
            boolean unused = run.control().signal(name);
        }
    }

    @Override
    public void resize(int columns, int rows) {
        TerminalSize size = new TerminalSize(columns, rows);
        if (!hasTerminal) {
            throw new SandboxUnsupportedException(
                    "This command has no terminal. Give it one with SandboxCommand.Builder.terminal.");
        }
        if (isAlive()) {
            boolean unused = run.control().resize(size.columns(), size.rows());
        }
    }

    @Override
    public void close() {
        run.stop();
        run.awaitEnd();
        closeQuietly(run.stdout().reading());
        closeQuietly(run.stderr().reading());
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new IllegalStateException("Closing cannot fail.", e);
        }
    }
}
