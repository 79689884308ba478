package org.sandbox4j.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;

/** Where one stream of a command goes. Takes everything whatever happens, so that the command never waits for a broken target. */
final class OutputTarget {
    private final Stdio stdio;
    private final OutputStream stream;
    private final @Nullable BoundedPipe pipe;
    private long total;
    private @Nullable Throwable failure;

    private OutputTarget(Stdio stdio, OutputStream stream, @Nullable BoundedPipe pipe) {
        this.stdio = stdio;
        this.stream = stream;
        this.pipe = pipe;
    }

    /**
     * Opens a target.
     *
     * @param inherited what {@link Stdio#inherit()} means
     * @throws SandboxSetupException if it is a file that cannot be written
     */
    static OutputTarget open(Stdio stdio, OutputStream inherited) {
        if (stdio instanceof Stdio.Capture) {
            return new OutputTarget(stdio, new ByteArrayOutputStream(), null);
        } else if (stdio instanceof Stdio.HostFile file) {
            return new OutputTarget(stdio, openFile(file), null);
        } else if (stdio instanceof Stdio.ToStream to) {
            return new OutputTarget(stdio, to.stream(), null);
        } else if (stdio instanceof Stdio.Pipe) {
            return new OutputTarget(stdio, OutputStream.nullOutputStream(), new BoundedPipe());
        }
        return new OutputTarget(
                stdio, stdio instanceof Stdio.Inherit ? inherited : OutputStream.nullOutputStream(), null);
    }

    private static OutputStream openFile(Stdio.HostFile file) {
        try {
            return Files.newOutputStream(
                    file.path(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    file.append() ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot write output to '" + file.path() + "': " + e
                            + ". Its directory must exist and be writable.",
                    e);
        }
    }

    /** Tells whether both outputs make one stream. */
    static boolean areSame(Stdio stdout, Stdio stderr) {
        if (stdout instanceof Stdio.Inherit && stderr instanceof Stdio.Inherit) {
            return StandardStreams.output() == StandardStreams.error();
        } else if (stdout instanceof Stdio.Pipe || stdout instanceof Stdio.Capture) {
            return stdout == stderr;
        } else if (stdout instanceof Stdio.ToStream one && stderr instanceof Stdio.ToStream other) {
            return one.stream() == other.stream();
        }
        return stdout.equals(stderr);
    }

    boolean isDiscarded() {
        return stdio instanceof Stdio.Discard;
    }

    void take(byte[] bytes) {
        long kept = stdio instanceof Stdio.Capture capture
                ? Math.max(0, Math.min(bytes.length, capture.limit() - total))
                : bytes.length;
        total += bytes.length;
        if (failure != null || kept == 0) {
            return;
        }
        try {
            if (pipe != null) {
                pipe.put(bytes);
            } else {
                stream.write(bytes, 0, (int) kept);
                stream.flush();
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            // The caller's code may throw what it likes; from our own it means that the run cannot be trusted.
            if (!isCallers()) {
                throw e;
            }
            failure = e;
        }
    }

    private boolean isCallers() {
        return stdio instanceof Stdio.ToStream || stdio instanceof Stdio.Inherit;
    }

    CapturedOutput captured() {
        return stdio instanceof Stdio.Capture && stream instanceof ByteArrayOutputStream bytes
                ? CapturedOutput.of(bytes.toByteArray(), total)
                : CapturedOutput.none();
    }

    /** What the caller reads, if it is a pipe; else nothing. */
    InputStream reading() {
        return pipe == null ? InputStream.nullInputStream() : pipe;
    }

    /** Whoever reads a pipe may have stopped doing so. */
    void stopWaiting() {
        if (pipe != null) {
            pipe.dropWhatComes();
        }
    }

    /** Closes what this has opened, and returns the first failure. */
    @Nullable
    Throwable finish() {
        if (pipe != null) {
            pipe.end();
        }
        if (stdio instanceof Stdio.HostFile) {
            try {
                stream.close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        return failure;
    }
}
