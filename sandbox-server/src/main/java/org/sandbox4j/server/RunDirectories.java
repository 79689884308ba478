package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.sandbox4j.spi.files.PrivateDirectory;
import org.sandbox4j.spi.files.TreeRemoval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of running requests; none of them outlives the server. Thread-safe. */
final class RunDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(RunDirectories.class);

    private static final int ATTEMPTS = 5;

    private final Path parent;
    private final AtomicLong numbers = new AtomicLong();

    /** What an earlier server left is deleted. */
    RunDirectories(Path parent) throws IOException {
        TreeRemoval.remove(parent);
        this.parent = PrivateDirectory.make(parent);
    }

    Path make() throws IOException {
        return PrivateDirectory.makeNew(parent.resolve("run-" + numbers.incrementAndGet()));
    }

    /** While the JVM goes down, the sandbox may be cleaning up there as well; what it removes first is no failure. */
    static void remove(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                TreeRemoval.remove(directory);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    LOG.warn("the directory of a run stays until the next start: {}: {}", directory, e.toString());
                    return;
                }
            }
        }
    }

    /** Removes what is left of all runs, when none is going on any more. */
    void clear() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent)) {
            left.forEach(RunDirectories::remove);
        } catch (IOException e) {
            LOG.warn("directories of runs stay until the next start: {}", e.toString());
        }
    }
}
