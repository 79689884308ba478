package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Removes trees through directory handles, openat(2): a link that is put in the way while it is at work is removed, and never
 * followed. Directories whose owner took the rights from himself are no hindrance, nor is any depth: what is deep is moved up
 * before it is looked into, so that few directories are open at a time and no path is too long. For one removal.
 */
public final class TreeRemoval {
    private static final Set<PosixFilePermission> ALL_FOR_OWNER = PosixFilePermissions.fromString("rwx------");
    private static final int MOST_OPEN = 8;
    private static final int MOST_SUPPRESSED = 10;
    private static final int REPETITIONS = 100;
    private static final long BETWEEN_REPETITIONS_NANOS = 2_000_000;

    private final SecureDirectoryStream<Path> top;
    private final Path topPath;
    private final Deque<Path> movedUp = new ArrayDeque<>();
    private @Nullable IOException failure;
    private int suppressed;

    private TreeRemoval(SecureDirectoryStream<Path> top, Path topPath) {
        this.top = top;
        this.topPath = topPath;
    }

    /**
     * Removes a tree.
     *
     * @param tree a directory, or something else, or nothing; the way to it is the caller's own, and links there are followed
     * @throws IOException if something cannot be removed; everything else is
     */
    public static void remove(Path tree) throws IOException {
        Path absolute = tree.toAbsolutePath();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException("'" + tree + "' cannot be removed: it is the root of the file system.");
        }
        try (SecureDirectoryStream<Path> handle = open(parent)) {
            remove(handle, absolute, name);
        } catch (NoSuchFileException e) {
            // There is nothing to remove.
        }
    }

    /**
     * Removes what is in a directory.
     *
     * @param directory the directory, which stays
     * @param kept names in it that stay, too
     * @throws IOException if something cannot be removed; everything else is
     */
    public static void removeContent(Path directory, Collection<String> kept) throws IOException {
        Path absolute = directory.toAbsolutePath();
        try (SecureDirectoryStream<Path> handle = open(absolute.resolveSibling("."));
                SecureDirectoryStream<Path> top = enter(handle, absolute, absolute.getFileName())) {
            new TreeRemoval(top, absolute).run(kept);
        }
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path path, Path name) throws IOException {
        if (!isDirectory(parent, name)) {
            parent.deleteFile(name);
            return;
        }
        // Processes that were killed may take a moment to die, and fill a directory that was found empty.
        for (int i = 0; !isRemovedAsEmpty(parent, name); i++) {
            if (i == REPETITIONS) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            if (i > 0) {
                LockSupport.parkNanos(BETWEEN_REPETITIONS_NANOS);
            }
            try (SecureDirectoryStream<Path> top = enter(parent, path, name)) {
                new TreeRemoval(top, path).run(Set.of());
            }
        }
    }

    private void run(Collection<String> kept) throws IOException {
        removeEntries(top, topPath, 1, kept);
        for (Path name = movedUp.poll(); name != null; name = movedUp.poll()) {
            removeDirectory(top, topPath.resolve(name), name, 1);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void removeEntries(SecureDirectoryStream<Path> directory, Path path, int open, Collection<String> kept) {
        try {
            for (Path entry : directory) {
                Path name = entry.getFileName();
                if (kept.isEmpty() || !kept.contains(name.toString())) {
                    removeEntry(directory, path.resolve(name), name, open);
                }
            }
        } catch (DirectoryIteratorException e) {
            note(Objects.requireNonNull(e.getCause()));
        }
    }

    private void removeEntry(SecureDirectoryStream<Path> directory, Path path, Path name, int open) {
        try {
            directory.deleteFile(name);
        } catch (NoSuchFileException e) {
            // Somebody else has removed it.
        } catch (IOException e) {
            try {
                if (!isDirectory(directory, name)) {
                    throw e;
                }
                removeDirectory(directory, path, name, open);
            } catch (NoSuchFileException gone) {
                // Somebody else has removed it.
            } catch (IOException again) {
                note(again);
            }
        }
    }

    private void removeDirectory(SecureDirectoryStream<Path> directory, Path path, Path name, int open) {
        try {
            if (isRemovedAsEmpty(directory, name)) {
                return;
            }
            if (open >= MOST_OPEN) {
                moveUp(directory, path, name);
                return;
            }
            try (SecureDirectoryStream<Path> inner = enter(directory, path, name)) {
                removeEntries(inner, path, open + 1, Set.of());
            }
            boolean unused = isRemovedAsEmpty(directory, name);
        } catch (NoSuchFileException e) {
            // Somebody else has removed it.
        } catch (IOException e) {
            note(e);
        }
    }

    /** Whoever moves a directory to another one must be able to write it, rename(2). */
    private void moveUp(SecureDirectoryStream<Path> directory, Path path, Path name) throws IOException {
        enter(directory, path, name).close();
        Path free = topPath.getFileSystem().getPath(UUID.randomUUID().toString());
        directory.move(name, top, free);
        movedUp.add(free);
    }

    private void note(IOException e) {
        if (failure == null) {
            failure = e;
        } else if (suppressed++ < MOST_SUPPRESSED) {
            failure.addSuppressed(e);
        }
    }

    @SuppressWarnings("StreamResourceLeak") // The caller closes it.
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new FileSystemException(
                directory.toString(), null, "this file system cannot be worked on through directory handles");
    }

    /**
     * Opens a directory, having given its owner all rights. One that cannot be opened can be given rights by its path alone in
     * the JDK, which superusers never need.
     */
    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> parent, Path path, Path name)
            throws IOException {
        SecureDirectoryStream<Path> inner;
        try {
            inner = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            if (!isDirectory(parent, name)) {
                throw e;
            }
            Files.setPosixFilePermissions(path, ALL_FOR_OWNER);
            inner = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        }
        try {
            allowEverything(inner);
            return inner;
        } catch (IOException e) {
            inner.close();
            throw e;
        }
    }

    private static void allowEverything(SecureDirectoryStream<Path> directory) throws IOException {
        PosixFileAttributeView view = directory.getFileAttributeView(PosixFileAttributeView.class);
        if (!view.readAttributes().permissions().containsAll(ALL_FOR_OWNER)) {
            view.setPermissions(ALL_FOR_OWNER);
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        return parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    /** The usual case at the end, and at the beginning for directories that nobody may open. */
    private static boolean isRemovedAsEmpty(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        try {
            parent.deleteDirectory(name);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }
}
