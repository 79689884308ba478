package org.sandbox4j.protocol;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.sandbox4j.SandboxCommand;

/**
 * What to run in an environment that is a root file system, {@code POST /runs/} of servers with the extension {@code root}.
 * Immutable.
 *
 * <p>The tree is made of the saved environment, without what is deleted, with the upload over it, where files of the upload
 * replace whatever has their name.
 *
 * @param commands a batch, at least one; their input must be {@code bytes}, nothing, or a pipe, which is sent while they run, to
 *     servers with the extension {@code input}; their outputs captured or discarded
 * @param settings the sandbox
 * @param environment the saved environment to start from
 * @param deleted paths to remove from it, relative to its top
 * @param save whether to keep the tree as the commands leave it
 */
public record RootRequest(
        List<SandboxCommand> commands,
        RootSettings settings,
        Optional<UUID> environment,
        List<String> deleted,
        boolean save) {
    /**
     * Makes a request.
     *
     * @throws IllegalArgumentException if there is no command
     */
    public RootRequest {
        commands = List.copyOf(commands);
        deleted = List.copyOf(deleted);
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("A request needs a command.");
        }
    }
}
