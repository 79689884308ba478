package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
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
    private volatile boolean over;

    private InputSource(InputStream stream, boolean owned) {
        this.stream = stream;
        this.owned = owned;
    }

    /**
     * Opens a source.
     *
     * @throws SandboxSetupException if it is a file that cannot be read
     */
    static InputSource open(Stdio stdin) {
        if (stdin instanceof Stdio.Bytes bytes) {
            return new InputSource(new ByteArrayInputStream(bytes.content()), true);
        } else if (stdin instanceof Stdio.FromStream from) {
            return new InputSource(from.stream(), false);
        } else if (stdin instanceof Stdio.HostFile file) {
            return new InputSource(open(file), true);
        }
        return new InputSource(StandardStreams.input(), false);
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
            for (int read = stream.read(chunk); read >= 0 && !over; read = stream.read(chunk)) {
                command.write(chunk, 0, read);
            }
        } catch (IOException | ServerException e) {
            // A command may end without reading all of its input; what else is wrong, the run itself tells.
            LOG.debug("standard input ended early: {}", e.toString());
        }
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
