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

/** A started command. Its input is empty: what it reads has to be known before it starts. */
final class RemoteProcess implements SandboxProcess {
    private static final String REMEDY = " Use kill(), or a backend of this host.";

    private final RemoteRun run;
    private final OutputStream stdin;

    RemoteProcess(RemoteRun run, boolean offersInput) {
        this.run = run;
        stdin = offersInput ? new NoInput() : OutputStream.nullOutputStream();
        try {
            if (!offersInput) {
                stdin.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("Closing cannot fail.", e);
        }
    }

    /** Refuses every byte. */
    private static final class NoInput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException(
                    "A command on this server cannot be given input while it runs. Give it all at once with"
                            + " Stdio.bytes, from or file.");
        }
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
        if (isAlive()) {
            throw new SandboxUnsupportedException("A command on this server cannot be sent SIGTERM." + REMEDY);
        }
    }

    @Override
    public void kill() {
        run.stop();
    }

    @Override
    public void suspend() {
        throw new SandboxUnsupportedException("A command on this server cannot be stopped for a while." + REMEDY);
    }

    @Override
    public void resume() {
        throw new SandboxUnsupportedException("A command on this server cannot be stopped for a while." + REMEDY);
    }

    @Override
    public void resize(int columns, int rows) {
        TerminalSize unused = new TerminalSize(columns, rows);
        throw new SandboxUnsupportedException(
                "This command has no terminal to resize; none can be given to it on this server.");
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
