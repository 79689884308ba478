package org.sandbox4j;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where one standard stream of a command comes from or goes to. Made with the static methods; the records are what
 * backends read.
 *
 * <p>Commands only ever get pipes or a terminal of the sandbox, never a descriptor of the host (rule 72): the library
 * carries the bytes, unchanged and undecoded. {@code stdin} takes {@link #inherit()}, {@link #discard()}, {@link #pipe()},
 * {@link #file(Path)}, {@link #from(InputStream)} and {@link #bytes(byte[])}; {@code stdout} and {@code stderr} take the
 * others. When both output streams have an equal target other than a pipe or a capture, or the same {@code Stdio} object,
 * they make one stream in the order in which the command wrote.
 *
 * <p>A stream of the caller's that throws while the command runs does not stop it: output is then read and thrown away, input
 * ends. When the command has ended, the run fails with a {@link SandboxException} that says which stream threw and how the
 * command ended, with what was thrown as its cause: {@code output-failed} for an {@link java.io.IOException} of an output,
 * {@code callback-failed} for anything else. A run that was stopped, for a timeout or a limit for example, says that instead.
 */
public sealed interface Stdio {
    /** The largest capture that can be asked for, in bytes. */
    long MAX_CAPTURE = Integer.MAX_VALUE - 8L;

    /** {@code System.in}, {@code System.out} or {@code System.err}, as they are set when the run starts. */
    record Inherit() implements Stdio {}

    /** Nothing: an input that is empty, an output that is thrown away. */
    record Discard() implements Stdio {}

    /** A stream of the {@link SandboxProcess}. Only {@link Sandbox#start(SandboxCommand)} can use it. */
    record Pipe() implements Stdio {}

    /**
     * Bytes kept for the {@link SandboxResult}.
     *
     * @param limit keep at most so many bytes; the rest is read and thrown away
     */
    record Capture(long limit) implements Stdio {
        /**
         * Checks the limit.
         *
         * @throws IllegalArgumentException if the limit is negative or above {@link Stdio#MAX_CAPTURE}
         */
        public Capture {
            if (limit < 0 || limit > MAX_CAPTURE) {
                throw new IllegalArgumentException("A capture keeps between 0 and " + MAX_CAPTURE + " bytes, not "
                        + limit + ". Use Stdio.file for more.");
            }
        }
    }

    /**
     * A file of the host, which the library reads or writes.
     *
     * @param path the file
     * @param append whether output is added to what is there; without it the file is emptied first
     */
    record HostFile(Path path, boolean append) implements Stdio {
        /** Refuses null. */
        public HostFile {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A stream of the caller's for output. It is flushed, but not closed.
     *
     * @param stream where the bytes go
     */
    record ToStream(OutputStream stream) implements Stdio {
        /** Refuses null. */
        public ToStream {
            Objects.requireNonNull(stream, "stream");
        }
    }

    /**
     * A stream of the caller's for input. It is read to its end, or until the command has ended, and not closed.
     *
     * @param stream where the bytes come from
     */
    record FromStream(InputStream stream) implements Stdio {
        /** Refuses null. */
        public FromStream {
            Objects.requireNonNull(stream, "stream");
        }
    }

    /** Bytes for input. */
    final class Bytes implements Stdio {
        private final byte[] content;

        private Bytes(byte[] content) {
            this.content = content.clone();
        }

        /**
         * Returns the input.
         *
         * @return a copy
         */
        public byte[] content() {
            return content.clone();
        }

        /** Returns how many bytes there are; the bytes may be a secret. */
        @Override
        public String toString() {
            return "Bytes[" + content.length + " bytes]";
        }
    }

    /**
     * Returns the JVM's own stream: {@code System.in}, {@code System.out} or {@code System.err} as set when the run starts.
     *
     * @return the target
     */
    static Stdio inherit() {
        return new Inherit();
    }

    /**
     * Returns an empty input, or an output that is thrown away.
     *
     * @return the target
     */
    static Stdio discard() {
        return new Discard();
    }

    /**
     * Returns a stream of the {@link SandboxProcess}.
     *
     * @return the target
     */
    static Stdio pipe() {
        return new Pipe();
    }

    /**
     * Returns an output that is kept for the result.
     *
     * @param limit keep at most so many bytes
     * @return the target
     * @throws IllegalArgumentException if the limit is negative or above {@link #MAX_CAPTURE}
     */
    static Stdio capture(long limit) {
        return new Capture(limit);
    }

    /**
     * Returns a file of the host: read for input, emptied and written for output.
     *
     * @param path the file
     * @return the source or target
     */
    static Stdio file(Path path) {
        return new HostFile(path, false);
    }

    /**
     * Returns a file of the host to which output is added.
     *
     * @param path the file
     * @return the target
     */
    static Stdio append(Path path) {
        return new HostFile(path, true);
    }

    /**
     * Returns an output that goes to a stream of the caller's. The stream is used by threads of the library; it is not
     * closed.
     *
     * @param stream where the bytes go
     * @return the target
     */
    static Stdio to(OutputStream stream) {
        return new ToStream(stream);
    }

    /**
     * Returns an input that comes from a stream of the caller's. The stream is used by a thread of the library; it is not
     * closed, and bytes may have been read from it that the command never took.
     *
     * @param stream where the bytes come from
     * @return the source
     */
    static Stdio from(InputStream stream) {
        return new FromStream(stream);
    }

    /**
     * Returns an input of these bytes.
     *
     * @param content the bytes; copied
     * @return the source
     */
    static Stdio bytes(byte[] content) {
        return new Bytes(content);
    }
}
