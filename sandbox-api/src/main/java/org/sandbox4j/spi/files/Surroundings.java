package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.Path;

/** Whether others could exchange what a path leads to. */
final class Surroundings {
    private static final String REMEDY =
            "Choose a directory that this user has made, where others may not write; Files.createTempDirectory makes one.";

    private Surroundings() {}

    /**
     * Refuses a directory whose entries others can make or exchange, or which they can exchange itself.
     *
     * @param directory one that is there
     * @throws org.sandbox4j.SandboxSetupException if it is not safe
     */
    static void require(Path directory) throws IOException {
        Path real = directory.toRealPath();
        FileStatus status = FileStatus.of(real);
        if (!status.isMineOrRoots()) {
            throw NotOurs.refused(
                    directory,
                    "it belongs to another user (uid " + Integer.toUnsignedString(status.uid())
                            + "), who could exchange what is in it at any time",
                    REMEDY);
        }
        if (status.isWritableForEverybody() && !status.isSticky()) {
            throw NotOurs.refused(
                    directory, "everybody may write there, and exchange what is in it at any time", REMEDY);
        }
        requireAbove(directory, real);
    }

    /** The names in a directory that everybody may write are free for everybody; one must be this user's to be relied on. */
    private static void requireAbove(Path directory, Path real) throws IOException {
        for (Path here = real; here.getParent() != null; here = here.getParent()) {
            if (FileStatus.of(here.getParent()).isWritableForEverybody()
                    && !FileStatus.of(here).isMineOrRoots()) {
                throw NotOurs.refused(
                        directory,
                        "'" + here + "', in a directory that everybody may write, belongs to another user (uid "
                                + Integer.toUnsignedString(FileStatus.of(here).uid()) + ")",
                        REMEDY);
            }
        }
    }

    static boolean areSafe(Path directory) throws IOException {
        try {
            require(directory);
            return true;
        } catch (org.sandbox4j.SandboxSetupException e) {
            return false;
        }
    }
}
