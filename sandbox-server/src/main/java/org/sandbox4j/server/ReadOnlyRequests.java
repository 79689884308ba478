package org.sandbox4j.server;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.protocol.RootRequest;

/** Tells which requests can change nothing in the tree that they run in. */
final class ReadOnlyRequests {
    private ReadOnlyRequests() {}

    /** A batch is none, because it shares a {@code /tmp} that belongs to its sandbox. */
    static boolean mayShareTrees(RootRequest request) {
        return request.commands().size() == 1
                && request.commands().get(0).flags().contains(SandboxFlags.ROOT_READ_ONLY)
                && request.settings().marks().isEmpty()
                && request.deleted().isEmpty()
                && !request.save();
    }

    /** A work directory that is missing would be made, also below a read-only root. */
    static boolean hasWorkDirectory(RootRequest request, Path root) {
        SandboxCommand command = request.commands().get(0);
        Path place = root;
        for (Path name : Path.of(command.workDirectory().orElse("/"))) {
            place = place.resolve(name);
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return true;
    }
}
