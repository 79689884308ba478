package org.sandbox4j.local.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;
import org.sandbox4j.local.launch.ProcessWatch;

/** Takes what a command writes to one stream. Takes everything whatever happens, so that the command never blocks on it. */
final class OutputSink implements ProcessWatch.ByteSink {
    private final OutputStream target;
    private final boolean owned;
    private final boolean callers;
    private final long captureLimit;
    private final OutputBudget budget;
    private long total;
    private @Nullable Throwable failure;

    private OutputSink(OutputStream target, boolean owned, boolean callers, long captureLimit, OutputBudget budget) {
        this.target = target;
        this.owned = owned;
        this.callers = callers;
        this.captureLimit = captureLimit;
        this.budget = budget;
    }

    /**
     * Opens the target.
     *
     * @param inherited what {@link Stdio#inherit()} means
     * @param budget what may be written
     * @throws SandboxSetupException if it is a file that cannot be written
     */
    static OutputSink open(Stdio stdio, OutputStream inherited, OutputBudget budget) {
        if (stdio instanceof Stdio.Capture capture) {
            return new OutputSink(new ByteArrayOutputStream(), false, false, capture.limit(), budget);
        }
        if (stdio instanceof Stdio.HostFile file) {
            return new OutputSink(openFile(file), true, false, -1, budget);
        }
        if (stdio instanceof Stdio.ToStream stream) {
            return new OutputSink(stream.stream(), false, true, -1, budget);
        }
        boolean shown = stdio instanceof Stdio.Inherit;
        return new OutputSink(shown ? inherited : OutputStream.nullOutputStream(), false, shown, -1, budget);
    }

    /** Makes a sink for a stream of the caller's. */
    static OutputSink of(OutputStream target, OutputBudget budget) {
        return new OutputSink(target, false, true, -1, budget);
    }

    CapturedOutput captured() {
        return target instanceof ByteArrayOutputStream bytes && captureLimit >= 0
                ? CapturedOutput.of(bytes.toByteArray(), total)
                : CapturedOutput.none();
    }

    /** Closes what this has opened, and returns the first failure. */
    @Nullable
    Throwable finish() {
        try {
            if (owned) {
                target.close();
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    @Override
    public void accept(byte[] chunk, int length) {
        int allowed = budget.take(length);
        int kept = captureLimit < 0 ? allowed : (int) Math.max(0, Math.min(allowed, captureLimit - total));
        total += length;
        if (failure == null && kept > 0) {
            try {
                target.write(chunk, 0, kept);
                target.flush();
            } catch (IOException e) {
                failure = e;
                keepInterrupt(e);
            } catch (RuntimeException | Error e) {
                // The caller's code may throw what it likes; from our own it means that the run cannot be trusted.
                if (!callers) {
                    throw e;
                }
                failure = e;
            }
        }
    }

    /** A target that gives up on an interrupt may have cleared it, but it is the run that was to be stopped. */
    private static void keepInterrupt(IOException failure) {
        if (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException)) {
            Thread.currentThread().interrupt();
        }
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
}
