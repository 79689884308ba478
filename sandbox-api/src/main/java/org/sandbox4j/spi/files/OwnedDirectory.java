package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.sandbox4j.SandboxSetupException;

/**
 * A directory of the library's own, in which nobody else can read or write. What an earlier JVM of this user has left is taken
 * over, which a record in the directory proves; archives, copies and other users cannot bring such a record along. Anything else
 * is refused and left as it is, but for an empty directory of this user's that is private already. Immutable.
 */
public final class OwnedDirectory {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int ATTEMPTS = 10;
    private static final int LOOKS = 200;
    private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

    private final Path path;
    private final OwnershipRecord record;
    private final long inode;
    private final boolean isNew;

    private OwnedDirectory(Path path, OwnershipRecord record, boolean isNew) throws IOException {
        this.path = path;
        this.record = record;
        this.inode = FileStatus.of(path).inode();
        this.isNew = isNew;
    }

    /**
     * Makes a directory, or takes over one that this user's library has made.
     *
     * @param path where it is to be, in a directory that is there
     * @param purpose what it is for; a directory that was made for another purpose is not taken over
     * @return the directory
     * @throws SandboxSetupException with the reason {@code not-ours} if something else is there, or if others could exchange it
     * @throws IOException if it cannot be made or looked at
     */
    public static OwnedDirectory open(Path path, String purpose) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw NotOurs.refused(path, "it is the host's root", "Choose another place.");
        }
        Surroundings.require(parent);
        OwnershipRecord record = new OwnershipRecord(path, purpose);
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<OwnedDirectory> opened = tryToOpen(path, record);
                if (opened.isPresent()) {
                    return opened.get();
                }
            } catch (NoSuchFileException e) {
                // Another JVM has just removed it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            if (attempt == ATTEMPTS) {
                throw new IOException("'" + path + "' is made and removed by others again and again");
            }
        }
    }

    private static Optional<OwnedDirectory> tryToOpen(Path path, OwnershipRecord record) throws IOException {
        if (make(path)) {
            return recordAsMade(path, record);
        }
        requireDirectoryOfMine(path, FileStatus.of(path));
        if (!record.isThere() && isWithoutContent(path)) {
            return takeEmpty(path, record);
        }
        if (record.verified().isEmpty()) {
            throw NotOurs.refused(path, "it was not made here by this user's Sandbox4j", remedy(path));
        }
        makePrivate(path);
        return Optional.of(new OwnedDirectory(path, record, false));
    }

    /** Without a record it would look like somebody's own when it is opened next, and stay. */
    private static Optional<OwnedDirectory> recordAsMade(Path path, OwnershipRecord record) throws IOException {
        try {
            return record.write(OwnershipRecord.Origin.MADE)
                    ? Optional.of(new OwnedDirectory(path, record, true))
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            try {
                record.remove();
                Files.deleteIfExists(path);
            } catch (IOException stays) {
                e.addSuppressed(stays);
            }
            throw e;
        }
    }

    private static boolean make(Path path) throws IOException {
        try {
            Files.createDirectory(path, PRIVATE);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        makePrivate(path);
        return true;
    }

    /** The umask may have taken rights from its owner, or somebody may have given some to others since. */
    private static void makePrivate(Path path) throws IOException {
        if ((FileStatus.of(path).mode() & 0777) != 0700) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static void requireDirectoryOfMine(Path path, FileStatus status) {
        if (!status.isDirectory()) {
            throw NotOurs.refused(
                    path,
                    "it is not a directory but " + status.kind() + ", and a link is not followed here",
                    remedy(path));
        }
        if (!status.isMine()) {
            throw NotOurs.refused(
                    path,
                    "it belongs to another user (uid " + Integer.toUnsignedString(status.uid()) + ")",
                    remedy(path));
        }
    }

    private static String remedy(Path path) {
        return "Move '" + path.getFileName()
                + "' away, or remove it if nothing in it is needed, or choose another directory.";
    }

    /**
     * There is nothing in it that could do harm. A JVM that makes it right now is given time to say so; one that was killed
     * while it did would have left it so.
     */
    private static Optional<OwnedDirectory> takeEmpty(Path path, OwnershipRecord record) throws IOException {
        if (FileStatus.of(path).isOpenToOthers()) {
            throw NotOurs.refused(path, "it was not made here by this user's Sandbox4j", remedy(path));
        }
        for (int look = 0; look < LOOKS; look++) {
            if (record.isThere()) {
                return Optional.empty();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        if (!isWithoutContent(path)) {
            return Optional.empty();
        }
        OwnershipRecord.Origin origin = record.isBegun() ? OwnershipRecord.Origin.MADE : OwnershipRecord.Origin.FOUND;
        if (!record.isThere()) {
            record.remove();
        }
        return record.write(origin) ? Optional.of(new OwnedDirectory(path, record, true)) : Optional.empty();
    }

    private static boolean isWithoutContent(Path path) throws IOException {
        return entries(path).stream()
                .map(entry -> entry.getFileName().toString())
                .allMatch(OwnershipRecord.NAMES::contains);
    }

    private static List<Path> entries(Path path) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            List<Path> entries = new ArrayList<>();
            stream.forEach(entries::add);
            return entries;
        }
    }

    /**
     * Returns where it is.
     *
     * @return the path that it was opened with
     */
    public Path path() {
        return path;
    }

    /**
     * Tells whether nothing was in it when it was opened.
     *
     * @return false if an earlier JVM, or another one that is at work, may have left something in it
     */
    public boolean isNew() {
        return isNew;
    }

    /**
     * Makes a directory in this one that is private, too.
     *
     * @param name its name
     * @return its path
     * @throws FileAlreadyExistsException if there is something of that name
     * @throws IOException if it cannot be made
     */
    public Path makeDirectory(String name) throws IOException {
        Path made = Files.createDirectory(path.resolve(name), PRIVATE);
        makePrivate(made);
        return made;
    }

    /**
     * Removes all that is in it.
     *
     * @throws SandboxSetupException with the reason {@code not-ours} if there is another directory by now
     * @throws IOException if something cannot be removed
     */
    public void clear() throws IOException {
        OwnershipRecord.Origin unused = requireUnchanged();
        TreeRemoval.removeContent(path, OwnershipRecord.NAMES);
    }

    /**
     * Removes all that is in it, and it itself if the library made it; an empty one that was found stays, empty. The record goes
     * last, so that what is left after an interruption can be taken over.
     *
     * @throws SandboxSetupException with the reason {@code not-ours} if there is another directory by now
     * @throws IOException if something cannot be removed
     */
    public void remove() throws IOException {
        if (FileStatus.ifThere(path).isEmpty()) {
            return;
        }
        OwnershipRecord.Origin origin = requireUnchanged();
        TreeRemoval.removeContent(path, OwnershipRecord.NAMES);
        record.remove();
        if (origin == OwnershipRecord.Origin.MADE) {
            Files.deleteIfExists(path);
        }
    }

    private OwnershipRecord.Origin requireUnchanged() throws IOException {
        FileStatus status = FileStatus.of(path);
        Optional<OwnershipRecord.Origin> origin =
                status.isDirectory() && status.inode() == inode ? record.verified() : Optional.empty();
        return origin.orElseThrow(
                () -> NotOurs.refused(path, "it is not what Sandbox4j has made there any more", remedy(path)));
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
