package org.sandbox4j.protocol.tree;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SandboxException;
import org.sandbox4j.spi.files.TreeRemoval;

/** Changes trees of files that nobody else changes at the same time. Links are never followed. */
public final class Trees {
    private Trees() {}

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
     * <p>Files are renamed, never written to, so that other names of what they replace keep their content. Directories that
     * are in both get the permissions and the time of the upper one.
     *
     * @param upper the tree to move, of which its top and empty directories may be left
     * @param lower the tree to change, on the same file system
     * @param replacingKinds whether a file may take the place of a directory, or the other way round
     * @throws SandboxException with the reason {@code merge} if one would and may not; some entries may have been moved
     * @throws IOException if something cannot be moved or replaced; some entries may have been moved
     */
    public static void lay(Path upper, Path lower, boolean replacingKinds) throws IOException {
        for (Path entry : entries(upper)) {
            Path target = lower.resolve(entry.getFileName());
            boolean isDirectory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
            boolean wasDirectory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
            boolean existed = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            if (existed && isDirectory != wasDirectory && !replacingKinds) {
                throw new SandboxException(
                        "merge", "A directory and something else have the same name: " + entry.getFileName());
            }
            if (isDirectory && wasDirectory) {
                FileTime modified = attributes(entry).lastModifiedTime(); // Emptying it changes that.
                var permissions = Files.getPosixFilePermissions(entry);
                open(entry);
                open(target);
                lay(entry, target, replacingKinds);
                Files.setPosixFilePermissions(target, permissions);
                Files.setLastModifiedTime(target, modified);
            } else {
                TreeRemoval.remove(target);
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

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
