package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** An open directory. Everything is relative to it, whatever becomes of its path, and follows no link. */
final class TreeDirectory implements AutoCloseable {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final SecureDirectoryStream<Path> stream;

    private TreeDirectory(SecureDirectoryStream<Path> stream) {
        this.stream = stream;
    }

    /** Opens a directory whose path is the caller's own, and no part of a tree that others change. */
    @SuppressWarnings("StreamResourceLeak") // The handle owns the stream and closes it.
    static TreeDirectory open(Path trusted) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(trusted);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new TreeDirectory(secure);
        }
        stream.close();
        throw new FileSystemException(
                trusted.toString(), null, "this file system cannot be worked on through directory handles");
    }

    TreeDirectory enter(Path name) throws IOException {
        return new TreeDirectory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    /** Its names, in no order. Can be asked for once. */
    <T> List<T> names(Function<Path, T> form) throws IOException {
        List<T> names = new ArrayList<>();
        try {
            for (Path path : stream) {
                names.add(form.apply(path.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    PosixFileAttributes attributes() throws IOException {
        return stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    }

    Optional<PosixFileAttributes> attributes(Path name) throws IOException {
        try {
            return Optional.of(view(name).readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private PosixFileAttributeView view(Path name) {
        return stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    SeekableByteChannel read(Path name) throws IOException {
        return stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Makes a file that only its owner can open; fails if the name is taken. */
    SeekableByteChannel create(Path name) throws IOException {
        return stream.newByteChannel(
                name,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                OWNER_ONLY);
    }

    /** Renames, over what has the name there. */
    void move(Path name, TreeDirectory target, Path newName) throws IOException {
        stream.move(name, target.stream, newName);
    }

    /** The time first: without a permission to read, a file cannot be opened to set it. */
    void finish(Path name, FileTime modified, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView view = view(name);
        view.setTimes(modified, null, null);
        view.setPermissions(permissions);
    }

    void finish(FileTime modified, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView view = stream.getFileAttributeView(PosixFileAttributeView.class);
        view.setTimes(modified, null, null);
        view.setPermissions(permissions);
    }

    void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        stream.getFileAttributeView(PosixFileAttributeView.class).setPermissions(permissions);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
