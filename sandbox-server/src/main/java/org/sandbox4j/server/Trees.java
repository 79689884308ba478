package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/**
 * Works on trees of files that no process has open any more. Links are never followed.
 */
final class Trees {
    private Trees() {}

    /**
     * Deletes a tree, also where commands took away the rights to do so, and however deep it is: paths longer than the
     * kernel takes can be made step by step, so directories are moved up before they are looked into.
     */
    static void delete(Path tree) throws IOException {
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(tree);
            return;
        }
        open(tree);
        for (List<Path> entries = entries(tree); !entries.isEmpty(); entries = entries(tree)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    empty(entry, tree);
                }
                Files.delete(entry);
            }
        }
        Files.delete(tree);
    }

    private static void empty(Path directory, Path tree) throws IOException {
        open(directory);
        for (Path entry : entries(directory)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                open(entry);
                Files.move(entry, tree.resolve(UUID.randomUUID().toString()), StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.delete(entry);
            }
        }
    }

    private static void open(Path directory) throws IOException {
        if (!Files.isReadable(directory) || !Files.isWritable(directory) || !Files.isExecutable(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            List<Path> entries = new ArrayList<>();
            stream.forEach(entries::add);
            return entries;
        }
    }

    /**
     * Moves the entries of a tree into another one, where they replace what has the same name.
     *
     * @param replacingKinds whether a file may take the place of a directory, or the other way round
     * @throws SandboxException if one would and may not
     */
    static void lay(Path upper, Path lower, boolean replacingKinds) throws IOException {
        for (Path entry : entries(upper)) {
            Path target = lower.resolve(entry.getFileName().toString());
            boolean isDirectory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
            boolean wasDirectory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
            boolean existed = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            if (existed && isDirectory != wasDirectory && !replacingKinds) {
                throw new SandboxException(
                        "merge", "A directory and something else have the same name: " + entry.getFileName());
            }
            if (isDirectory && wasDirectory) {
                open(target);
                lay(entry, target, replacingKinds);
                takeOver(entry, target);
            } else {
                delete(target);
                move(entry, target);
            }
        }
    }

    private static void move(Path entry, Path target) throws IOException {
        // A directory moved to another parent is written to, and one may have been made without the right to.
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes before = attributes(entry);
            var permissions = Files.getPosixFilePermissions(entry);
            open(entry);
            Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
            Files.setPosixFilePermissions(target, permissions);
            Files.setLastModifiedTime(target, before.lastModifiedTime());
        } else {
            Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void takeOver(Path from, Path to) throws IOException {
        FileTime modified = Files.getLastModifiedTime(from, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        Files.setLastModifiedTime(to, modified);
    }

    /**
     * Returns how many bytes of disk trees take, and stops counting once there are more than asked for. What disappears or
     * cannot be read meanwhile does not count.
     */
    static long size(List<Path> trees, long enough) {
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
        /** What an entry costs at least. */
        private static final long ENTRY = 512;

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

    static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
