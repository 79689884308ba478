package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of running requests; none of them outlives the server. Thread-safe. */
final class RunDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(RunDirectories.class);

    private final Path parent;
    private final AtomicLong numbers = new AtomicLong();

    /** What an earlier server left is deleted. */
    RunDirectories(Path parent) throws IOException {
        Trees.delete(parent);
        this.parent = Files.createDirectories(parent);
    }

    Path make() throws IOException {
        return Files.createDirectory(parent.resolve("run-" + numbers.incrementAndGet()));
    }

    static void remove(Path directory) {
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            LOG.warn("the directory of a run stays until the next start: {}: {}", directory, e.toString());
        }
    }
}
