package org.sandbox4j.local.launch;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process started by {@link ShellLauncher}. */
final class ShellProcess implements LaunchedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ShellProcess.class);
    private static final int MAX_DIAGNOSTICS = 16 * 1024;

    private final Process process;
    private final Runnable ended;
    private final AtomicBoolean reaped = new AtomicBoolean();
    private final Path files;
    private final ControlChannel control;
    private final OutputStream stdin;
    private final @Nullable FifoOutputStream unread;
    private final @Nullable FileChannel fifo;
    private int messagesRead;

    /** The runnable is told once that the process has ended. */
    ShellProcess(Process process, Runnable ended, Path files, @Nullable FileChannel fifo) {
        this.process = process;
        this.ended = ended;
        this.files = files;
        this.fifo = fifo;
        if (fifo == null) {
            unread = null;
            control = new ControlChannel(process.getOutputStream());
            stdin = NativeProcess.closedOutput();
        } else {
            unread = new FifoOutputStream(fifo);
            control = new ControlChannel(unread);
            stdin = unbuffered(process.getOutputStream());
        }
    }

    /** As the pipes of the other launcher are: what is written reaches the command at once. */
    private static OutputStream unbuffered(OutputStream buffered) {
        return new FilterOutputStream(buffered) {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                out.flush();
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                out.write(source, offset, length);
                out.flush();
            }
        };
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public ControlChannel control() {
        return control;
    }

    @Override
    public void watch(ProcessWatch watch) throws IOException {
        List<CompletableFuture<Void>> outputs = new ArrayList<>();
        watch.stdout()
                .ifPresent(sink -> outputs.add(
                        CompletableFuture.runAsync(() -> drain(process.getInputStream(), sink), watch.workers())));
        watch.stderr()
                .ifPresent(sink -> outputs.add(
                        CompletableFuture.runAsync(() -> drain(process.getErrorStream(), sink), watch.workers())));
        for (Optional<InitMessage> next = nextMessage(); next.isPresent(); next = nextMessage()) {
            watch.messages().accept(next.get());
        }
        awaitEnds(outputs);
    }

    /** There is no pipe to wait at: the first message is polled for, the next comes with the end of the process. */
    private Optional<InitMessage> nextMessage() throws IOException {
        boolean first = messagesRead == 0;
        Optional<byte[]> message = message(messagesRead);
        while (message.isEmpty()) {
            boolean ended = first ? waitShortly() : waitForEnd();
            message = message(messagesRead);
            if (ended && message.isEmpty()) {
                return Optional.empty();
            }
        }
        messagesRead++;
        if (unread != null) {
            unread.beingRead();
        }
        return InitMessage.decode(message.get());
    }

    private static void drain(InputStream source, ProcessWatch.ByteSink sink) {
        byte[] chunk = new byte[Descriptor.BUFFER_SIZE];
        try (source) {
            for (int read = source.read(chunk); read >= 0; read = source.read(chunk)) {
                sink.accept(chunk, read);
            }
        } catch (IOException e) {
            LOG.debug("output ended early: {}", e.toString());
        }
    }

    /** Every writer is dead, so the ends come at once; only a descriptor that leaked elsewhere could hold them back. */
    private static void awaitEnds(List<CompletableFuture<Void>> outputs) {
        try {
            CompletableFuture.allOf(outputs.toArray(CompletableFuture[]::new))
                    .get(PollLoop.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException e) {
            PollLoop.warnOfOpenPipe();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return process.getInputStream();
    }

    @Override
    public InputStream stderr() {
        return process.getErrorStream();
    }

    @Override
    public HostExit awaitExit() {
        int exitCode = InitProgram.waitFor(process);
        if (reaped.compareAndSet(false, true)) {
            ended.run();
        }
        return HostExit.of("exit code " + exitCode);
    }

    @Override
    public String diagnostics() {
        try (InputStream text = Files.newInputStream(files.resolve("diagnostics"))) {
            return new String(text.readNBytes(MAX_DIAGNOSTICS), HostCharset.forPaths());
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void killHard() {
        if (process.isAlive()) {
            ProcessTree.kill(process.pid());
        }
    }

    @Override
    public void release() {
        control.close();
        if (fifo != null) {
            NativeProcess.closeQuietly(fifo);
        }
        try (Stream<Path> entries = Files.list(files)) {
            for (Path entry : entries.toList()) {
                Files.deleteIfExists(entry);
            }
            Files.deleteIfExists(files);
        } catch (IOException e) {
            LOG.debug("cannot remove {}: {}", files, e.toString());
        }
    }

    private Optional<byte[]> message(int index) throws IOException {
        try (InputStream status = Files.newInputStream(files.resolve("status"))) {
            status.skipNBytes(Math.min((long) index * InitMessage.SIZE, Files.size(files.resolve("status"))));
            byte[] message = status.readNBytes(InitMessage.SIZE);
            return message.length < InitMessage.SIZE ? Optional.empty() : Optional.of(message);
        }
    }

    private boolean waitShortly() {
        try {
            return process.waitFor(1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Supervisors are not interrupted; should one be, waiting for the end is still right.
            return waitForEnd();
        }
    }

    private boolean waitForEnd() {
        InitProgram.waitFor(process);
        return true;
    }

    /**
     * Writes the fifo through a descriptor that is open for both directions, so that opening it need not wait. It must stay
     * open until the sandbox reads the fifo, or what was written would be gone with it.
     */
    private static final class FifoOutputStream extends OutputStream {
        private final FileChannel fifo;
        private boolean read;
        private boolean closed;

        FifoOutputStream(FileChannel fifo) {
            this.fifo = fifo;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            synchronized (this) {
                if (closed) {
                    throw new IOException("Stream closed");
                }
            }
            ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
            while (bytes.hasRemaining()) {
                fifo.write(bytes);
            }
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            if (read) {
                fifo.close();
            }
        }

        synchronized void beingRead() throws IOException {
            read = true;
            if (closed) {
                fifo.close();
            }
        }
    }
}
