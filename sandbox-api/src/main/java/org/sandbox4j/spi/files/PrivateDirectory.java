package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Directories that hold this user's data alone, from one start of a program to the next, and that an administrator may have made
 * before. Unlike an {@link OwnedDirectory} they need no record: nothing in them is carried out.
 */
public final class PrivateDirectory {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateDirectory() {}

    /**
     * Makes a directory and what is missing above it, or takes rights from others in one that is there.
     *
     * @param directory its path
     * @return the path
     * @throws org.sandbox4j.SandboxSetupException with the reason {@code not-ours} if it is a link, or no directory of this
     *     user's, if there is something in it that others could have put there, or if others could exchange it
     * @throws IOException if it cannot be made
     */
    public static Path make(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent, PRIVATE);
            Surroundings.require(parent);
        }
        Optional<FileStatus> found = FileStatus.ifThere(directory);
        if (found.isPresent()) {
            requireMine(directory, found.get());
        } else {
            makeNew(directory);
        }
        if ((FileStatus.of(directory).mode() & 0777) != 0700) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        return directory;
    }

    /**
     * Makes a directory that only its owner may enter.
     *
     * @param directory its path, in a directory where others cannot exchange it
     * @return the path
     * @throws java.nio.file.FileAlreadyExistsException if something is there
     * @throws IOException if it cannot be made
     */
    public static Path makeNew(Path directory) throws IOException {
        return Files.createDirectory(directory, PRIVATE);
    }

    private static void requireMine(Path directory, FileStatus status) throws IOException {
        if (!status.isDirectory()) {
            throw NotOurs.refused(
                    directory,
                    "it is not a directory but " + status.kind() + ", and a link is not followed here",
                    "Move it away, or choose another place.");
        }
        if (!status.isMine()) {
            throw NotOurs.refused(
                    directory,
                    "it belongs to another user (uid " + Integer.toUnsignedString(status.uid()) + ")",
                    "Choose a directory of this user's, or give it to this user (chown).");
        }
        if (status.isWritableForOthersThanItsOwner() && !isEmpty(directory)) {
            throw NotOurs.refused(
                    directory,
                    "others may write there, and could have made what is in it",
                    "If you know what is in it, take that right away (chmod go-w).");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
