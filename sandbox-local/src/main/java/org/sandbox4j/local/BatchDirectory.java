package org.sandbox4j.local;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
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

    /** No process of the sandbox is alive, so nothing can be swapped for a link meanwhile; links are not followed. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new Removal());
        } catch (IOException e) {
            LOG.warn("the batch's /tmp stays at {}: {}", path, e.toString());
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
