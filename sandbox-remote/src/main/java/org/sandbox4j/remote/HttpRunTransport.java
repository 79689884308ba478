package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RunEvent;
import org.sandbox4j.protocol.WireFormatException;

/** Sends a run as one request, and reads what happens from the answer line by line. */
final class HttpRunTransport implements RunTransport {
    /** What servers take of the request without the upload. */
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    private static final Duration BETWEEN_CANCELS = Duration.ofMillis(50);
    private static final Duration LONGEST_CANCELLING = Duration.ofSeconds(30);

    private final RootCalls calls;
    private final Duration budget;
    private final boolean network;

    /** The budget is what the server gives the commands of a request. */
    HttpRunTransport(RootCalls calls, Duration budget, boolean network) {
        this.calls = calls;
        this.budget = budget;
        this.network = network;
    }

    @Override
    public void check(SandboxCommand command) {
        if (!network && command.flags().contains(SandboxFlags.NETWORK_ENABLED)) {
            throw new SandboxUnsupportedException(
                    "NETWORK_ENABLED: the server does not permit commands to have its host's network. Leave the flag out,"
                            + " have the server permit it (--network true), or use another server.");
        }
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public Carriage prepare(RootRequest request, Optional<Path> upload, RunPlaces places) {
        byte[] text = RootCodec.write(request);
        if (text.length > MAX_REQUEST_BYTES) {
            throw new SandboxUnsupportedException("Commands with their arguments, environments and input take "
                    + text.length + " bytes as JSON; servers take " + MAX_REQUEST_BYTES
                    + ". Put what is large into files below the root.");
        }
        return new HttpCarriage(text, upload);
    }

    private final class HttpCarriage implements Carriage {
        private final UUID id = UUID.randomUUID();
        private final byte[] request;
        private final Optional<Path> upload;
        private final RootCalls.Post post = new RootCalls.Post();
        // Guarded by this.
        private @Nullable CompletableFuture<InputStream> call;
        private @Nullable InputStream stream;
        private boolean cancelled;
        private boolean over;
        private long cancelEnd;

        HttpCarriage(byte[] request, Optional<Path> upload) {
            this.request = request;
            this.upload = upload;
        }

        @Override
        public RootResponse carry(Listener listener) throws InterruptedException {
            try (InputStream events = open()) {
                Future<?> alarm = calls.later(() -> close(events), budget.plus(calls.deadline()));
                try {
                    return listen(events, listener);
                } finally {
                    alarm.cancel(false);
                }
            } catch (IOException e) {
                throw new IllegalStateException("Closing cannot fail.", e);
            } finally {
                synchronized (this) {
                    over = true;
                }
            }
        }

        private InputStream open() throws InterruptedException {
            CompletableFuture<InputStream> started;
            synchronized (this) {
                if (cancelled) {
                    throw cancelledBefore();
                }
                started = calls.run(id, request, upload, post);
                call = started;
            }
            try {
                InputStream events = started.get();
                synchronized (this) {
                    stream = events;
                }
                return events;
            } catch (CancellationException e) {
                throw cancelledBefore();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e.getCause());
            }
        }

        private SandboxException cancelledBefore() {
            return new SandboxException("cancelled", "The run was ended before it had begun.");
        }

        private RootResponse listen(InputStream events, Listener listener) {
            boolean written = false;
            LineReader lines = new LineReader(events, calls.limits().maxBytes());
            try {
                for (ByteBlocks line = lines.next(); line != null; line = lines.next()) {
                    RunEvent event = RootCodec.readEvent(line.read(), calls.limits());
                    if (event instanceof RunEvent.Output output) {
                        written = true;
                        listener.output(output.command(), output.error(), bytes(output.bytes()));
                    } else if (event instanceof RunEvent.Started started) {
                        listener.started(started.command());
                    } else if (event instanceof RunEvent.Ended ended) {
                        return ended.response();
                    } else if (event instanceof RunEvent.Failed failed) {
                        throw failed("server-error", RunState.HAS_RUN, "the server failed: " + failed.message(), null);
                    }
                }
            } catch (WireFormatException e) {
                abandon();
                throw failed("bad-answer", state(written), e.getMessage() + " The run was ended.", e);
            } catch (AnswerTooLarge e) {
                abandon();
                throw failed(
                        "answer-too-large", state(written), e.getMessage() + " in one line. The run was ended.", e);
            } catch (IOException e) {
                abandon();
                throw lost(written, e);
            }
            abandon();
            throw lost(written, null);
        }

        private byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        private ServerException lost(boolean written, @Nullable IOException cause) {
            return failed(
                    "connection-lost",
                    state(written),
                    "the connection was lost while the commands ran" + (cause == null ? "" : ": " + cause.getMessage())
                            + ". What they changed is lost, too.",
                    cause);
        }

        private RunState state(boolean written) {
            return written ? RunState.HAS_RUN : RunState.MAY_HAVE_RUN;
        }

        private ServerException failed(String reason, RunState state, String what, @Nullable Throwable cause) {
            return new ServerException(reason, state, 200, "POST " + calls.server() + "runs/: " + what, cause);
        }

        /** Nobody listens any more; if the server can be reached, nothing is to run there either. */
        private void abandon() {
            ignored(calls.cancel(id));
        }

        @Override
        public CommandControl control() {
            return new HttpControl(id);
        }

        @Override
        public void cancel() {
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                cancelled = true;
                cancelEnd = System.nanoTime() + LONGEST_CANCELLING.toNanos();
                if (call == null || over) {
                    return;
                }
                if (!post.isHandedOut()) {
                    call.cancel(true); // The server never gets all of it, so nothing runs.
                    return;
                }
            }
            askToCancel();
        }

        /** The server does not know the run before it has read the request, nor after its end. */
        private void askToCancel() {
            CompletableFuture<?> unused = calls.cancel(id).whenComplete((known, failure) -> {
                boolean heard = failure == null && known;
                if (!heard) {
                    askAgain();
                }
            });
        }

        private void askAgain() {
            synchronized (this) {
                if (over) {
                    return;
                }
                if (System.nanoTime() > cancelEnd) {
                    hangUp();
                    return;
                }
            }
            Future<?> unused = calls.later(this::askToCancel, BETWEEN_CANCELS);
        }

        private synchronized void hangUp() {
            if (stream != null) {
                close(stream);
            } else if (call != null) {
                call.cancel(true);
            }
        }
    }

    private final class HttpControl implements CommandControl {
        private final UUID run;

        HttpControl(UUID run) {
            this.run = run;
        }

        @Override
        public boolean send(byte[] bytes) throws InterruptedException {
            return Waiting.on(calls.input(run, bytes, budget.plus(calls.deadline())));
        }

        @Override
        public void end() throws InterruptedException {
            boolean unused = Waiting.on(calls.endInput(run));
        }

        @Override
        public boolean signal(String name) {
            return Waiting.throughInterrupts(calls.signal(run, name));
        }

        @Override
        public boolean resize(int columns, int rows) {
            return Waiting.throughInterrupts(calls.resize(run, columns, rows));
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new IllegalStateException("Closing cannot fail.", e);
        }
    }

    private static void ignored(CompletableFuture<Boolean> call) {
        CompletableFuture<Boolean> unused = call.exceptionally(failure -> false);
    }

    /** Reads lines, each up to a limit. */
    private static final class LineReader {
        private final InputStream in;
        private final long maxBytes;
        private final byte[] chunk = new byte[64 << 10];
        private int position;
        private int end;

        LineReader(InputStream in, long maxBytes) {
            this.in = in;
            this.maxBytes = maxBytes;
        }

        /** Returns the next line without its end; null at the end of the stream, whatever came after the last line. */
        @Nullable
        ByteBlocks next() throws IOException {
            ByteBlocks line = new ByteBlocks();
            while (true) {
                if (position == end) {
                    position = 0;
                    end = Math.max(0, in.read(chunk));
                    if (end == 0) {
                        return null;
                    }
                }
                int start = position;
                while (position < end && chunk[position] != '\n') {
                    position++;
                }
                line.add(chunk, start, position - start);
                if (line.size() > maxBytes) {
                    throw new AnswerTooLarge(maxBytes);
                }
                if (position < end) {
                    position++;
                    return line;
                }
            }
        }
    }
}
