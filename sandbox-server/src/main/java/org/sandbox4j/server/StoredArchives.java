package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/**
 * Hands out environments as single archives, whatever they are made of, and files of them. To unpack and to search takes as long
 * as a run, so few do it at once; the others wait, or are refused. Thread-safe.
 */
final class StoredArchives {
    private static final int AT_ONCE = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int MOST_LINKED = 8;

    private final EnvironmentStore environments;
    private final RunDirectories directories;
    private final RunLimits limits;
    private final Slots gate;
    private final SharedWork<UUID, StoredEnvironment> flattening;
    private final SharedWork<String, ArchiveLinks> linking;
    // By the digest of the archive, those used last at the end. Guarded by itself.
    private final Map<String, ArchiveLinks> links = new LinkedHashMap<>(16, 0.75f, true);

    /** Makes it with so many requests that wait for the work of others. */
    StoredArchives(EnvironmentStore environments, RunDirectories directories, RunLimits limits, int queue) {
        this.environments = environments;
        this.directories = directories;
        this.limits = limits;
        gate = new Slots(AT_ONCE, queue, LONGEST_WAIT);
        flattening = new SharedWork<>(gate);
        linking = new SharedWork<>(gate);
    }

    /** Gives an environment a single layer, which it then keeps. */
    StoredEnvironment flat(StoredEnvironment environment) throws Exception {
        return environment.layers().size() == 1
                ? environment
                : flattening.get(environment.id(), () -> flatten(environment));
    }

    private StoredEnvironment flatten(StoredEnvironment before) throws IOException {
        // Looked for again: somebody else may have done it since, and the layers from before are gone then.
        String id = before.id().toString();
        StoredEnvironment environment = environments.find(before.owner(), id).orElseThrow(() -> Unpacking.unknown(id));
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

    /**
     * Finds a file of an environment. Links are followed inside of it.
     *
     * @throws Refusal if what is found is no file
     */
    Optional<ArchiveFile> file(StoredEnvironment environment, String path) throws Exception {
        String archive = flat(environment).layers().get(0).archive();
        ByteSource source = () -> open(archive);
        Optional<String> member = links(archive, source).resolve(path);
        return member.isEmpty() ? Optional.empty() : gate.run(() -> ArchiveFile.find(source, member.get()));
    }

    private ArchiveLinks links(String archive, ByteSource source) throws Exception {
        @Nullable ArchiveLinks known;
        synchronized (links) {
            known = links.get(archive);
        }
        return known != null
                ? known
                : linking.get(archive, () -> {
                    ArchiveLinks found = ArchiveLinks.of(source);
                    remember(archive, found);
                    return found;
                });
    }

    private void remember(String archive, ArchiveLinks found) {
        synchronized (links) {
            links.put(archive, found);
            if (links.size() > MOST_LINKED) {
                links.remove(links.keySet().iterator().next());
            }
        }
    }

    /** Answers with an archive. */
    Answer answer(String object, String fileName) throws IOException {
        long size = environments.size(object);
        return Answer.stream("application/gzip", open(object), size)
                .with(ContentDisposition.HEADER, ContentDisposition.attachment(fileName));
    }

    private InputStream open(String object) throws IOException {
        try {
            return environments.open(object);
        } catch (NoSuchFileException e) {
            throw Refusal.notFound("The environment has been removed.");
        }
    }
}
