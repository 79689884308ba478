package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A process started by {@link NativeLauncher}. */
final class NativeProcess implements LaunchedProcess {
    private static final int MAX_DIAGNOSTICS = 16 * 1024;
    private static final int RUSAGE_SIZE = 144;

    private final int pid;
    private final Runnable ended;
    private final ControlChannel control;
    private final Descriptor status;
    private final InputStream diagnostics;
    private final OutputStream stdin;
    private final @Nullable Descriptor stdout;
    private final @Nullable Descriptor stderr;
    private final @Nullable Descriptor terminal;
    private boolean reaped;

    /** The runnable is told once that the process has ended. */
    NativeProcess(
            int pid,
            Runnable ended,
            Descriptor control,
            Descriptor status,
            Descriptor diagnostics,
            @Nullable Descriptor stdin,
            @Nullable Descriptor stdout,
            @Nullable Descriptor stderr,
            @Nullable Descriptor terminal) {
        this.pid = pid;
        this.ended = ended;
        this.control = new ControlChannel(new DescriptorOutputStream(control));
        this.status = status;
        this.diagnostics = new DescriptorInputStream(diagnostics);
        this.stdin = stdin == null ? closedOutput() : new DescriptorOutputStream(stdin);
        this.stdout = stdout;
        this.stderr = stderr;
        this.terminal = terminal;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public ControlChannel control() {
        return control;
    }

    @Override
    public void watch(ProcessWatch watch) throws IOException {
        try (PollLoop loop = new PollLoop(watch.waiting())) {
            loop.add(status, new MessageReader(watch.messages()));
            addIfThere(loop, stdout, watch.stdout());
            addIfThere(loop, stderr, watch.stderr());
            addIfThere(loop, terminal, watch.terminal());
            loop.run(status);
        }
    }

    private static void addIfThere(PollLoop loop, @Nullable Descriptor pipe, Optional<ProcessWatch.ByteSink> sink) {
        if (pipe != null && sink.isPresent()) {
            loop.add(pipe, sink.get());
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stream(stdout == null ? terminal : stdout);
    }

    @Override
    public InputStream stderr() {
        return stream(stderr);
    }

    private static InputStream stream(@Nullable Descriptor pipe) {
        return pipe == null ? InputStream.nullInputStream() : new DescriptorInputStream(pipe);
    }

    /** Waits for a process that writes little and reads nothing more. */
    static HelperAnswer awaitHelper(int pid, Descriptor diagnostics) {
        String text;
        try {
            text = text(new DescriptorInputStream(diagnostics));
        } catch (IOException e) {
            text = e.toString();
        }
        int[] waitStatus = new int[1];
        try (Memory usage = new Memory(RUSAGE_SIZE)) {
            while (true) {
                try {
                    LibC.wait4(pid, waitStatus, 0, usage);
                    int status = waitStatus[0];
                    return new HelperAnswer(
                            (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f), text.strip());
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != LibC.EINTR) {
                        return new HelperAnswer(-1, "its exit status is lost: " + e.getMessage());
                    }
                }
            }
        }
    }

    private static String text(InputStream diagnostics) throws IOException {
        String text = new String(diagnostics.readNBytes(MAX_DIAGNOSTICS), HostCharset.forPaths());
        diagnostics.skip(Long.MAX_VALUE);
        return text;
    }

    @Override
    public HostExit awaitExit() {
        int[] waitStatus = new int[1];
        try (Memory usage = new Memory(RUSAGE_SIZE)) {
            while (true) {
                try {
                    LibC.wait4(pid, waitStatus, 0, usage);
                    return exit(waitStatus[0], usage);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() == LibC.ECHILD) {
                        return HostExit.of("an exit status that somebody else in this JVM has taken");
                    }
                }
            }
        } finally {
            if (isFirstToReap()) {
                ended.run();
            }
        }
    }

    private synchronized boolean isFirstToReap() {
        boolean first = !reaped;
        reaped = true;
        return first;
    }

    @Override
    public String diagnostics() {
        try {
            return new String(diagnostics.readNBytes(MAX_DIAGNOSTICS), HostCharset.forPaths());
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void killHard() {
        synchronized (this) {
            if (!reaped) {
                ProcessTree.kill(pid);
            }
        }
    }

    @Override
    public void release() {
        control.close();
        closeQuietly(status);
        closeQuietly(diagnostics);
    }

    static OutputStream closedOutput() {
        OutputStream stream = OutputStream.nullOutputStream();
        closeQuietly(stream);
        return stream;
    }

    static void closeQuietly(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception e) {
            // Nothing is lost: what could be flushed has been, and the descriptor is gone.
        }
    }

    /** struct rusage of 64-bit Linux, getrusage(2): two struct timeval first. Its peak memory is the JVM's, which it began in. */
    private static HostExit exit(int waitStatus, Memory usage) {
        String description =
                (waitStatus & 0x7f) == 0 ? "exit code " + (waitStatus >> 8 & 0xff) : "signal " + (waitStatus & 0x7f);
        return new HostExit(
                description,
                Optional.of(Duration.ofSeconds(usage.getLong(0), usage.getLong(8) * 1000)),
                Optional.of(Duration.ofSeconds(usage.getLong(16), usage.getLong(24) * 1000)));
    }
}
