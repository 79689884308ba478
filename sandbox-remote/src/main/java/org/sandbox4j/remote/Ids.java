package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.spi.SandboxConfig;

/**
 * Whom the commands of a request run as.
 *
 * @param uid the user
 * @param gid the group
 */
record Ids(int uid, int gid) {
    private static final Path SELF = Path.of("/proc/self");

    /**
     * Chooses the ids: the build user's, or with INHERIT_UID those of this JVM.
     *
     * @throws SandboxUnsupportedException if some commands want the one and some the other, since a request has one user
     */
    static Ids of(SandboxConfig config, List<RemoteCommand> commands) {
        long inheriting = commands.stream()
                .filter(command -> command.command().flags().contains(SandboxFlags.INHERIT_UID))
                .count();
        if (inheriting == 0) {
            return new Ids(config.buildUid(), config.buildGid());
        } else if (inheriting < commands.size()) {
            throw new SandboxUnsupportedException(
                    "INHERIT_UID for some commands of a batch: on a server, all of them run as"
                            + " the same user. Give the flag to all, or make two batches.");
        }
        try {
            return new Ids(
                    (Integer) Files.getAttribute(SELF, "unix:uid"), (Integer) Files.getAttribute(SELF, "unix:gid"));
        } catch (IOException | UnsupportedOperationException e) {
            throw new SandboxSetupException(
                    "INHERIT_UID: cannot find out whom this JVM runs as: " + e
                            + ". Use SandboxBuilder.buildUid and buildGid.",
                    e);
        }
    }
}
