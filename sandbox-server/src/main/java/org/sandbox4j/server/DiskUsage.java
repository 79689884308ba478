package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/** How much disk space trees take. */
final class DiskUsage {
    /** What an entry costs at least. */
    static final long ENTRY = 512;

    private DiskUsage() {}

    /**
     * Returns how many bytes of disk trees take, and stops counting once there are more than asked for. What disappears or
     * cannot be read meanwhile does not count.
     */
    static long of(List<Path> trees, long enough) {
        SizeCounter counter = new SizeCounter(enough);
        for (Path tree : trees) {
            try {
                Files.walkFileTree(tree, counter);
            } catch (IOException e) {
                throw new SandboxException("disk", "Cannot look at '" + tree + "': " + e, e);
            }
        }
        return counter.bytes;
    }

    private static final class SizeCounter extends SimpleFileVisitor<Path> {
        private final long enough;
        private long bytes;

        SizeCounter(long enough) {
            this.enough = enough;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += ENTRY + attributes.size();
            return bytes > enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            bytes += ENTRY;
            return bytes > enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }
}
