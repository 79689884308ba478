package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * An open descriptor of this process. It is never closed while a thread is inside a call on it, since its number could
 * then be somebody else's: {@link #close()} shuts out new calls, and the last thread to leave closes.
 */
final class Descriptor implements AutoCloseable {
    static final int BUFFER_SIZE = 64 * 1024;

    private final int number;
    private final boolean counted;
    private int inside;
    private boolean closed;

    Descriptor(int number) {
        this(number, true);
    }

    private Descriptor(int number, boolean counted) {
        this.number = number;
        this.counted = counted;
        if (counted) {
            NativeCode.enter();
        }
    }

    /** For a descriptor that is never closed; it is used only while there are others. */
    static Descriptor borrowed(int number) {
        return new Descriptor(number, false);
    }

    int number() {
        return number;
    }

    /** Reads at least one byte; returns -1 at the end of the stream. */
    int read(Memory buffer, int count) throws IOException {
        enter();
        try {
            while (true) {
                try {
                    long read = LibC.read(number, buffer, count);
                    return read == 0 ? -1 : (int) read;
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != LibC.EINTR) {
                        throw new IOException("read: error " + e.getErrorCode(), e);
                    }
                }
            }
        } finally {
            leave();
        }
    }

    /** Asks the kernel to let a pipe hold more, pipe(7); it may refuse, for users who have many large ones. */
    boolean tryToGrowPipe(int bytes) {
        try {
            LibC.fcntl(number, LibC.F_SETPIPE_SZ, bytes);
            return true;
        } catch (LastErrorException e) {
            return false;
        }
    }

    /** Writes all bytes, waiting as long as the pipe is full. */
    void write(Pointer buffer, int count) throws IOException {
        enter();
        try {
            int done = 0;
            while (done < count) {
                try {
                    done += (int) LibC.write(number, buffer.share(done), count - done);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != LibC.EINTR) {
                        throw new IOException(
                                e.getErrorCode() == LibC.EPIPE ? "Broken pipe" : "write: error " + e.getErrorCode(), e);
                    }
                }
            }
        } finally {
            leave();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeWhenLeft();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void enter() throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
        inside++;
    }

    private synchronized void leave() {
        inside--;
        if (closed) {
            closeWhenLeft();
        }
    }

    private void closeWhenLeft() {
        if (inside == 0) {
            try {
                LibC.close(number);
            } catch (LastErrorException e) {
                // Linux has freed the number whatever close(2) says.
            } finally {
                if (counted) {
                    NativeCode.leave();
                }
            }
        }
    }
}
