package org.sandbox4j.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.spi.files.TreeRemoval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code /tmp} that the commands of a batch share; goes with the batch. */
final class BatchDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDirectory.class);

    private final Path path;

    private BatchDirectory(Path path) {
        this.path = path;
    }

    static BatchDirectory make(Path scratch) {
        try {
            Path path = Files.createTempDirectory(scratch, "batch-");
            // chmod(2) with the sticky bit, which PosixFilePermissions has no name for.
            Files.setAttribute(path, "unix:mode", 01777);
            return new BatchDirectory(path);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot make a /tmp for the batch in '" + scratch + "': " + e
                            + ". The scratch directory must be writable.",
                    e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            TreeRemoval.remove(path);
        } catch (IOException e) {
            LOG.warn("the batch's /tmp stays at {}: {}", path, e.toString());
        }
    }
}
