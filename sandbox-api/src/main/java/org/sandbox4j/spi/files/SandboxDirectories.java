package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.spi.SandboxConfig;

/** Makes the directories of a sandbox: its own and the root, which are the caller's, and the scratch directory, which is not. */
public final class SandboxDirectories {
    private static final FileAttribute<?> UNWRITABLE_FOR_OTHERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    private SandboxDirectories() {}

    /**
     * Makes what is missing, whatever the umask, so that nobody else can write it.
     *
     * @param config names the directories
     * @return the scratch directory
     * @throws SandboxSetupException with the reason {@code not-ours} if the directory is not safe from others, or if the scratch
     *     directory, or the root in a directory that everybody may write, was made by somebody else
     * @throws IOException if they cannot be made
     */
    public static OwnedDirectory open(SandboxConfig config) throws IOException {
        Files.createDirectories(config.directory(), UNWRITABLE_FOR_OTHERS);
        Surroundings.require(config.directory());
        makeRoot(config.root());
        return OwnedDirectory.open(config.scratch(), "scratch");
    }

    private static void makeRoot(Path root) throws IOException {
        try {
            Files.createDirectory(root, UNWRITABLE_FOR_OTHERS);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (FileAlreadyExistsException e) {
            FileStatus status = FileStatus.of(root);
            if (!status.isDirectory()) {
                throw new SandboxSetupException(
                        "Cannot use '" + root + "' as the root of a sandbox: it is not a directory but " + status.kind()
                                + "; a link is not followed here. Make it a directory, or choose another one.");
            }
            Path parent = root.toAbsolutePath().getParent();
            if (parent != null
                    && FileStatus.of(parent.toRealPath()).isWritableForEverybody()
                    && !status.isMineOrRoots()) {
                throw NotOurs.refused(
                        root,
                        "it belongs to another user (uid " + Integer.toUnsignedString(status.uid())
                                + "), in a directory that everybody may write",
                        "Choose a directory that this user has made.");
            }
        }
    }
}
