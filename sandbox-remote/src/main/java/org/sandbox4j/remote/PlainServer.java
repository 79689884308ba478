package org.sandbox4j.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/**
 * Runs commands on a server that knows nothing but the plain protocol, in its own image with the tree as home directory.
 *
 * <p>What the server keeps as an environment is one directory with layers: archives of the tree and of its changes, and lists of
 * what is gone. A program that goes along with each request makes the tree of them, runs the commands, and puts into the
 * directory what they changed and wrote. So nothing of the tree ever has to be merged by the server, which cannot delete, nor
 * merge what has links that lead nowhere.
 */
final class PlainServer implements RunTransport, SavedTrees {
    private final SandboxClient client;
    private final Path scratch;
    private final String control = ".sandbox4j-" + UUID.randomUUID().toString().substring(0, 8);
    private final Map<UUID, Integer> layers = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    private final Duration budget;

    /** The scratch directory is the sandbox's own; the budget is what the server gives the commands of a request. */
    PlainServer(SandboxClient client, Path scratch, Duration budget) {
        this.budget = budget;
        this.client = client;
        this.scratch = scratch;
    }

    @Override
    public URI server() {
        return client.server();
    }

    @Override
    public ArchiveWriter writer() {
        return ArchiveWriter.create().skippingSpecialFiles();
    }

    @Override
    public void changes(UUID environment, Path target) throws InterruptedException {
        Integer layer = layers.get(environment);
        if (layer == null) {
            throw new IllegalStateException("Nothing has been changed in " + environment + ".");
        }
        long unused = client.downloadFile(environment, control + "/layer-" + layer + ".tgz", target);
    }

    /** Plain servers keep what they have for a day. */
    @Override
    public CompletableFuture<Boolean> delete(UUID environment) {
        layers.remove(environment);
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Carriage prepare(RootRequest request, Optional<Path> upload, RunPlaces places) {
        PlainRequest.refuse(request);
        return new PlainRun(
                client,
                scratch.resolve("plain-" + numbers.incrementAndGet()),
                control,
                request,
                upload,
                places,
                budget,
                layers::put);
    }
}
