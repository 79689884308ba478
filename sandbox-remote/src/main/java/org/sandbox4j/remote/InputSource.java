package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a command's input comes from while it runs. */
final class InputSource {
    private static final Logger LOG = LoggerFactory.getLogger(InputSource.class);
    private static final int CHUNK = 256 << 10;

    private final InputStream stream;
    private final boolean owned;
    private final boolean callers;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    private InputSource(InputStream stream, boolean owned, boolean callers) {
        this.stream = stream;
        this.owned = owned;
        this.callers = callers;
    }

    /**
     * Opens a source.
     *
     * @throws SandboxSetupException if it is a file that cannot be read
     */
    static InputSource open(Stdio stdin) {
        if (stdin instanceof Stdio.Bytes bytes) {
            return new InputSource(new ByteArrayInputStream(bytes.content()), true, false);
        } else if (stdin instanceof Stdio.FromStream from) {
            return new InputSource(from.stream(), false, true);
        } else if (stdin instanceof Stdio.HostFile file) {
            return new InputSource(open(file), true, false);
        }
        return new InputSource(StandardStreams.input(), false, false);
    }

    private static InputStream open(Stdio.HostFile file) {
        try {
            return Files.newInputStream(file.path());
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot read standard input from '" + file.path() + "': " + e
                            + ". The file must exist and be readable.",
                    e);
        }
    }

    /** Passes everything on and ends the command's input, unless that has ended before. */
    void feed(OutputStream command) {
        byte[] chunk = new byte[CHUNK];
        try (command) {
            for (int read = read(chunk); read >= 0 && !over; read = read(chunk)) {
                command.write(chunk, 0, read);
            }
        } catch (IOException | ServerException e) {
            // A command may end without reading all of its input; what else is wrong, the run itself tells.
            LOG.debug("standard input ended early: {}", e.toString());
        }
    }

    /**
     * Reads on. What the caller's code throws is the end of the input; it is noted before the command can see that end, and
     * so before the command can end because of it.
     */
    private int read(byte[] chunk) throws IOException {
        try {
            return stream.read(chunk);
        } catch (IOException e) {
            // The JVM's own input may well be closed, and a file of ours is when the command has ended.
            if (!callers) {
                throw e;
            }
            note(e);
        } catch (RuntimeException | Error e) {
            note(e);
        }
        return -1;
    }

    private void note(Throwable thrown) {
        LOG.debug("standard input ended early: {}", thrown.toString());
        if (!over) {
            failure = thrown;
        }
    }

    /** Returns what the source threw while the command ran. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** The command has ended: what the source gives later is not its any more. */
    void finish() {
        over = true;
        if (owned) {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.debug("cannot close standard input: {}", e.toString());
            }
        }
    }
}
