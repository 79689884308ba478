package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;

/** The standard input of a command that runs on a server: each piece is sent as it is written. For one thread at a time. */
final class CommandInput extends OutputStream {
    /** What servers take at a time. */
    private static final int LARGEST_PIECE = 1 << 20;

    /** Carries input to the command. */
    interface Sender {
        /** Waits until the command's pipe has taken it. Returns false if nobody takes it any more. */
        boolean send(byte[] bytes) throws InterruptedException;

        /** Ends the input. */
        void end() throws InterruptedException;
    }

    private final Sender sender;
    private volatile boolean closed;

    CommandInput(Sender sender) {
        this.sender = sender;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int start = offset; start < end; start += LARGEST_PIECE) {
            send(Arrays.copyOfRange(bytes, start, Math.min(end, start + LARGEST_PIECE)));
        }
    }

    private void send(byte[] piece) throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
        try {
            if (!sender.send(piece)) {
                throw new IOException("Broken pipe: the command takes no more input.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the command took no input");
        } catch (ServerException e) {
            throw new IOException("The input did not reach the command: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            sender.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the input was ended");
        } catch (ServerException e) {
            throw new IOException("The end of the input did not reach the command: " + e.getMessage(), e);
        }
    }
}
