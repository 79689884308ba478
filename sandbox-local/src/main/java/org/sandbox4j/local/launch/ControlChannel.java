package org.sandbox4j.local.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's end of the pipe that keeps a sandbox alive. The payload goes first, orders follow, and the end of the stream,
 * be it by {@link #endSandbox()} or by the death of the JVM, ends every process of the sandbox. Safe for use by several
 * threads.
 */
public final class ControlChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final OutputStream stream;
    private boolean payloadWritten;
    private boolean ended;

    ControlChannel(OutputStream stream) {
        this.stream = stream;
    }

    /**
     * Writes the payload, called once. Waits until the init program reads when it is larger than a pipe; when there is no
     * init program any more, how it ended tells why.
     */
    public void writePayload(byte[] payload) {
        boolean written = false;
        try {
            stream.write(payload);
            stream.flush();
            written = true;
        } catch (IOException e) {
            LOG.debug("payload not taken: {}", e.getMessage());
        }
        synchronized (this) {
            payloadWritten = written;
            if (ended || !written) {
                ended = true;
                closeQuietly();
            }
        }
    }

    /** Sends a signal to the command's process group; does nothing once the sandbox has ended. */
    public void signalCommand(int signal) {
        order('S', signal, new byte[0]);
    }

    /** Sends a signal to every process of the sandbox; does nothing once the sandbox has ended. */
    public void signalAll(int signal) {
        order('A', signal, new byte[0]);
    }

    /** Tells the command's terminal its size; returns false if there is no init program yet, or no more. */
    public boolean resizeTerminal(int columns, int rows) {
        byte[] size = {(byte) columns, (byte) (columns >> 8), (byte) rows, (byte) (rows >> 8)};
        return order('W', 0, size);
    }

    /**
     * Ends the sandbox.
     *
     * @return false if the payload is still being written, so that the init program cannot be relied on
     */
    public synchronized boolean endSandbox() {
        if (!ended) {
            ended = true;
            if (payloadWritten) {
                closeQuietly();
            }
        }
        return payloadWritten;
    }

    /** Gives up the pipe, whoever may still be writing to it. Only when there is no process any more. */
    synchronized void close() {
        ended = true;
        closeQuietly();
    }

    private synchronized boolean order(char operation, int argument, byte[] more) {
        if (ended || !payloadWritten) {
            return false;
        }
        byte[] order = Arrays.copyOf(new byte[] {(byte) operation, (byte) argument}, 2 + more.length);
        System.arraycopy(more, 0, order, 2, more.length);
        try {
            stream.write(order);
            stream.flush();
            return true;
        } catch (IOException e) {
            // The init program has ended, so there is nobody left to signal.
            ended = true;
            closeQuietly();
            return false;
        }
    }

    private void closeQuietly() {
        try {
            stream.close();
        } catch (IOException e) {
            // Only a flush of nothing could fail; the descriptor is closed all the same.
        }
    }
}
