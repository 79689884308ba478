package org.sandbox4j.remote;

import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/** The trees that a server keeps for a sandbox. Thread-safe. */
interface SavedTrees {
    URI server();

    /** Writes archives that the server understands. */
    ArchiveWriter writer();

    /** Downloads what the commands of a run have changed. */
    void changes(UUID environment, Path target) throws InterruptedException;

    /** Removes a tree. The future tells whether it was there, and is removed now. */
    CompletableFuture<Boolean> delete(UUID environment);
}
