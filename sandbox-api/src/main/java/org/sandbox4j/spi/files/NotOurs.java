package org.sandbox4j.spi.files;

import java.nio.file.Path;
import org.sandbox4j.SandboxSetupException;

/** Refusals of what may be somebody else's. */
final class NotOurs {
    /** The reason of the exception. */
    static final String REASON = "not-ours";

    private NotOurs() {}

    /**
     * Makes the exception.
     *
     * @param why a clause about the path
     * @param remedy a sentence
     */
    static SandboxSetupException refused(Path path, String why, String remedy) {
        return new SandboxSetupException(
                REASON, "Cannot use '" + path + "': " + why + ". It was left as it is. " + remedy, null);
    }
}
