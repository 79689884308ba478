package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Files that are this user's alone. No links are followed. */
public final class OwnedFile {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private OwnedFile() {}

    /**
     * Makes an empty file that nobody else may read or write, unless there is one of this user's with no other name, which is
     * made private if it is not.
     *
     * @param file its path, in a directory where others cannot exchange it
     * @return the path
     * @throws org.sandbox4j.SandboxSetupException with the reason {@code not-ours} if something else is there, which is left as
     *     it is
     * @throws IOException if it cannot be made
     */
    public static Path makeUnlessThere(Path file) throws IOException {
        try {
            makeNew(file);
        } catch (FileAlreadyExistsException e) {
            requireMine(file, FileStatus.of(file));
            if (FileStatus.of(file).isOpenToOthers()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        }
        return file;
    }

    static void makeNew(Path file) throws IOException {
        Files.createFile(file, PRIVATE);
    }

    /**
     * Refuses a file that somebody else could have made or could change.
     *
     * @param file a path; nothing need be there
     * @throws org.sandbox4j.SandboxSetupException with the reason {@code not-ours} if it is anything but a regular file of this
     *     user's that nobody else can write, or if others could exchange it
     * @throws IOException if it cannot be looked at
     */
    public static void requireOurs(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent != null && Files.exists(parent)) {
            Surroundings.require(parent);
        }
        Optional<FileStatus> found = FileStatus.ifThere(absolute);
        if (found.isPresent()) {
            requireMine(absolute, found.get());
            if (found.get().isWritableForOthersThanItsOwner()) {
                throw NotOurs.refused(
                        absolute,
                        "others than its owner may write it",
                        "Take that right away (chmod go-w), if you know what is in it, or choose another file.");
            }
        }
    }

    private static void requireMine(Path file, FileStatus status) {
        if (!status.isRegularFile()) {
            throw refused(file, "it is " + status.kind() + ", where a file of this user's was to be");
        }
        if (!status.isMine()) {
            throw refused(file, "it belongs to another user (uid " + Integer.toUnsignedString(status.uid()) + ")");
        }
        if (status.links() != 1) {
            throw refused(file, "it has " + status.links() + " names, so that it can be changed through another one");
        }
    }

    private static RuntimeException refused(Path file, String why) {
        return NotOurs.refused(file, why, "Move it away, or choose another place.");
    }
}
