package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads several pipes in one thread, poll(2), until all have ended. A pipe that has ended is closed. */
final class PollLoop implements AutoCloseable {
    /** How long outputs may stay open after the status pipe has ended; every writer of both is dead by then. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

    /** struct pollfd: an int, two shorts. */
    private static final int ENTRY = 8;

    private static final int EVENTS = 4;
    private static final int RETURNED_EVENTS = 6;
    private static final int MAX_PIPES = 4;

    /** A pipe that was full so often in a row carries a lot; a larger one then saves switching between two processes. */
    private static final int FULL_READS_BEFORE_GROWING = 8;

    private static final int LARGE_BUFFER = 512 * 1024;

    private static final class Pipe {
        private final Descriptor descriptor;
        private final ProcessWatch.ByteSink sink;
        private int fullReads;

        private Pipe(Descriptor descriptor, ProcessWatch.ByteSink sink) {
            this.descriptor = descriptor;
            this.sink = sink;
        }
    }

    private final ProcessWatch.Waiting waiting;
    private final List<Pipe> open = new ArrayList<>();
    private final Memory entries = new Memory(ENTRY * MAX_PIPES);
    private Memory buffer = new Memory(Descriptor.BUFFER_SIZE);
    private byte[] chunk = new byte[Descriptor.BUFFER_SIZE];

    PollLoop(ProcessWatch.Waiting waiting) {
        this.waiting = waiting;
    }

    void add(Descriptor descriptor, ProcessWatch.ByteSink sink) {
        open.add(new Pipe(descriptor, sink));
    }

    /** Runs until all pipes have ended, or until the others have had enough time to end after the one that tells. */
    void run(Descriptor telltale) throws IOException {
        long deadline = Long.MAX_VALUE;
        while (!open.isEmpty()) {
            if (telltale.isClosed() && deadline == Long.MAX_VALUE) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
            if (deadline != Long.MAX_VALUE && System.nanoTime() > deadline) {
                warnOfOpenPipe();
                open.forEach(pipe -> pipe.descriptor.close());
                return;
            }
            poll(deadline == Long.MAX_VALUE ? -1 : (int) PATIENCE.toMillis());
            readWhatIsThere();
        }
    }

    @Override
    public void close() {
        entries.close();
        buffer.close();
    }

    static void warnOfOpenPipe() {
        LOG.warn("an output pipe is still open although the command has ended; its last bytes may be missing");
    }

    private void poll(int milliseconds) throws IOException {
        for (int i = 0; i < open.size(); i++) {
            entries.setInt((long) i * ENTRY, open.get(i).descriptor.number());
            entries.setShort((long) i * ENTRY + EVENTS, LibC.POLLIN);
            entries.setShort((long) i * ENTRY + RETURNED_EVENTS, (short) 0);
        }
        waiting.aboutToWait();
        try {
            LibC.poll(entries, open.size(), milliseconds);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != LibC.EINTR) {
                throw new IOException("poll: error " + e.getErrorCode(), e);
            }
        } finally {
            waiting.hasWaited();
        }
    }

    private void readWhatIsThere() throws IOException {
        List<Pipe> ended = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (entries.getShort((long) i * ENTRY + RETURNED_EVENTS) != 0 && !readOnce(open.get(i))) {
                ended.add(open.get(i));
            }
        }
        open.removeAll(ended);
    }

    private boolean readOnce(Pipe pipe) throws IOException {
        int read = pipe.descriptor.read(buffer, chunk.length);
        if (read < 0) {
            pipe.descriptor.close();
            return false;
        }
        buffer.read(0, chunk, 0, read);
        pipe.sink.accept(chunk, read);
        growIfBusy(pipe, read);
        return true;
    }

    private void growIfBusy(Pipe pipe, int read) {
        pipe.fullReads = read >= Descriptor.BUFFER_SIZE ? pipe.fullReads + 1 : 0;
        if (pipe.fullReads == FULL_READS_BEFORE_GROWING && pipe.descriptor.tryToGrowPipe(LARGE_BUFFER)) {
            if (chunk.length < LARGE_BUFFER) {
                buffer.close();
                buffer = new Memory(LARGE_BUFFER);
                chunk = new byte[LARGE_BUFFER];
            }
        }
    }
}
