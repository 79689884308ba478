package org.sandbox4j.local.run;

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

/** Gives a command its standard input. Ends at the end of the source, or when nobody reads any more. */
final class InputFeed {
    private static final Logger LOG = LoggerFactory.getLogger(InputFeed.class);

    private final InputStream source;
    private final boolean owned;
    private final boolean callers;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    private InputFeed(InputStream source, boolean owned, boolean callers) {
        this.source = source;
        this.owned = owned;
        this.callers = callers;
    }

    /**
     * Opens the source.
     *
     * @throws SandboxSetupException if it is a file that cannot be read
     */
    static InputFeed open(Stdio stdio) {
        if (stdio instanceof Stdio.Bytes bytes) {
            return new InputFeed(new ByteArrayInputStream(bytes.content()), true, false);
        }
        if (stdio instanceof Stdio.FromStream stream) {
            return new InputFeed(stream.stream(), false, true);
        }
        if (stdio instanceof Stdio.HostFile file) {
            try {
                return new InputFeed(Files.newInputStream(file.path()), true, false);
            } catch (IOException e) {
                throw new SandboxSetupException(
                        "Cannot read standard input from '" + file.path() + "': " + e
                                + ". The file must exist and be readable.",
                        e);
            }
        }
        return new InputFeed(System.in, false, false);
    }

    void feed(OutputStream command) {
        byte[] chunk = new byte[64 * 1024];
        try (command) {
            for (int read = read(chunk); read >= 0 && !over; read = read(chunk)) {
                command.write(chunk, 0, read);
                command.flush();
            }
        } catch (IOException e) {
            // A command may well end without reading all of its input.
            LOG.debug("standard input ended early: {}", e.toString());
        }
    }

    /**
     * Reads on. What the caller's code throws is the end of the input; it is noted before the command can see that end, and
     * so before the command can end because of it.
     */
    private int read(byte[] chunk) throws IOException {
        try {
            return source.read(chunk);
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

    /** Tells that the command has ended, so that what the source gives later is not taken from it twice. */
    void finish() {
        over = true;
        if (owned) {
            try {
                source.close();
            } catch (IOException e) {
                LOG.debug("cannot close standard input: {}", e.toString());
            }
        }
    }
}
