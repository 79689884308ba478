package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** An open directory. Everything is relative to it, whatever becomes of its path, and follows no link, openat(2). */
final class DirectoryHandle implements AutoCloseable {
    private final SecureDirectoryStream<Path> stream;

    private DirectoryHandle(SecureDirectoryStream<Path> stream) {
        this.stream = stream;
    }

    /** Opens a directory whose path is the caller's own, and no part of a staged tree. */
    @SuppressWarnings("StreamResourceLeak") // The handle owns the stream and closes it.
    static DirectoryHandle open(Path trusted) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(trusted);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new DirectoryHandle(secure);
        }
        stream.close();
        throw new FileSystemException(
                trusted.toString(), null, "this file system cannot be worked on through directory handles");
    }

    /** Opens a directory of a tree by its path on the host; a link on the way is not followed but refused. */
    static DirectoryHandle walk(Path root, Path directory) throws IOException {
        DirectoryHandle handle = open(root);
        if (directory.equals(root)) {
            return handle;
        }
        for (Path name : root.relativize(directory)) {
            try (DirectoryHandle outer = handle) {
                handle = outer.enter(name);
            }
        }
        return handle;
    }

    /** Opens the directory that a file of a tree is in, as {@link #walk} does. */
    static DirectoryHandle parentOf(Path root, Path file) throws IOException {
        return walk(root, Objects.requireNonNull(file.getParent(), "parent"));
    }

    /** Returns a name in this directory that is wanted, if any. Once for each handle. */
    Optional<Path> firstName(Predicate<Path> wanted) throws IOException {
        try {
            for (Path path : stream) {
                if (wanted.test(path.getFileName())) {
                    return Optional.of(path.getFileName());
                }
            }
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    Optional<BasicFileAttributes> attributes(Path name) throws IOException {
        try {
            return Optional.of(
                    stream.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    DirectoryHandle enter(Path name) throws IOException {
        return new DirectoryHandle(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Makes a directory. There is no call of the JDK for this that is relative to a handle, so it is made in a nursery on the
     * same file system and moved here; a link of that name makes the move fail.
     */
    void makeDirectory(Path name, Path nursery) throws IOException {
        Path newborn = Files.createTempDirectory(nursery, "new-");
        try (DirectoryHandle from = open(nursery)) {
            Files.setPosixFilePermissions(newborn, PosixFilePermissions.fromString("rwxr-xr-x"));
            from.stream.move(newborn.getFileName(), stream, name);
        } catch (IOException e) {
            Files.deleteIfExists(newborn);
            throw e;
        }
    }

    void makeEmptyFile(Path name) throws IOException {
        stream.newByteChannel(
                        name,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")))
                .close();
    }

    void removeEmptyDirectory(Path name) throws IOException {
        stream.deleteDirectory(name);
    }

    void removeFile(Path name) throws IOException {
        stream.deleteFile(name);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
