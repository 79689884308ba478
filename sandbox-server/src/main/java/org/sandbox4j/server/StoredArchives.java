package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/** Hands out environments as single archives, whatever they are made of. Thread-safe. */
final class StoredArchives {
    private final EnvironmentStore environments;
    private final RunDirectories directories;
    private final RunLimits limits;

    StoredArchives(EnvironmentStore environments, RunDirectories directories, RunLimits limits) {
        this.environments = environments;
        this.directories = directories;
        this.limits = limits;
    }

    /** Gives an environment a single layer, which it then keeps. */
    StoredEnvironment flat(StoredEnvironment environment) throws IOException {
        if (environment.layers().size() == 1) {
            return environment;
        }
        Path directory = directories.make();
        try {
            Path tree = directory.resolve("tree");
            new Unpacking(environments, limits).unpack(environment, tree);
            ArchiveWriter writer =
                    ArchiveWriter.create().withLimits(limits.forOwnArchives()).keepingAnyNames();
            return environments.flatten(environment, out -> writer.write(tree, out));
        } finally {
            RunDirectories.remove(directory);
        }
    }

    /** Answers with an archive. */
    Answer answer(String object, String fileName) throws IOException {
        long size = environments.size(object);
        try {
            return Answer.stream("application/gzip", environments.open(object), size)
                    .with(ContentDisposition.HEADER, ContentDisposition.attachment(fileName));
        } catch (NoSuchFileException e) {
            throw Refusal.notFound("The environment has been removed.");
        }
    }
}
