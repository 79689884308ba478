package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootOffer;
import org.sandbox4j.protocol.WireFormatException;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/** The calls of a server that runs trees as root file systems. Thread-safe. */
final class RootCalls implements SavedTrees {
    private static final byte[] NOTHING = {};

    /** The run is over, or nothing of it takes what is sent. */
    private static final Set<Integer> TAKES_NOTHING = Set.of(404, 409);

    private final Transport transport;
    private final Endpoint endpoint;
    private final JsonLimits limits;
    private final Patience patience;
    private final long maxDownloadBytes;

    RootCalls(Transport transport, Endpoint endpoint, JsonLimits limits, Patience patience, long maxDownloadBytes) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.limits = limits;
        this.patience = patience;
        this.maxDownloadBytes = maxDownloadBytes;
    }

    JsonLimits limits() {
        return limits;
    }

    @Override
    public URI server() {
        return endpoint.base();
    }

    @Override
    public ArchiveWriter writer() {
        return ArchiveWriter.create().skippingSpecialFiles().keepingAnyNames();
    }

    /** Asks what the server offers. */
    RootOffer offer() throws InterruptedException {
        return Waiting.on(transport.call(
                new Operation<>(
                        "GET",
                        endpoint.at("runs"),
                        null,
                        Map.of(),
                        Reply.inMemory(Math.min(SandboxClient.MAX_SMALL_ANSWER, limits.maxBytes())),
                        this::offer),
                patience));
    }

    private RootOffer offer(Reply<ByteBlocks> reply, Failures failures) {
        ByteBlocks bytes = failures.body(reply);
        try {
            return RootCodec.readOffer(bytes.read(), limits);
        } catch (WireFormatException e) {
            throw failures.notJson(e, bytes.beginning());
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory cannot fail.", e);
        }
    }

    /** A request to run something, as far as it has come. */
    static final class Post {
        private volatile @Nullable CountedBody body;

        /** Tells whether the server may have all of it. */
        boolean isHandedOut() {
            CountedBody opened = body;
            return opened != null && opened.isHandedOut();
        }
    }

    /**
     * Sends a request to run something.
     *
     * @param post learns how far it has come
     * @return the events of the run, once it has begun; to be closed
     */
    CompletableFuture<InputStream> run(UUID id, byte[] request, Optional<Path> upload, Post post) {
        Multipart multipart = Multipart.withRandomBoundary();
        return transport.call(
                new Operation<>(
                        "POST",
                        endpoint.at("runs"),
                        () -> {
                            CountedBody opened = new CountedBody(multipart.body(
                                    "request",
                                    request,
                                    upload.isPresent() ? BodyPublishers.ofFile(upload.get()) : null));
                            post.body = opened;
                            return opened;
                        },
                        Map.of(
                                "Content-Type", multipart.contentType(),
                                "Accept", "application/x-ndjson",
                                "Run-Id", id.toString()),
                        Reply.handler(info -> BodySubscribers.ofInputStream()),
                        (reply, failures) -> failures.body(reply)),
                patience);
    }

    /** Kills a run. The future tells whether the server knows it. */
    CompletableFuture<Boolean> cancel(UUID run) {
        return remove(endpoint.at("runs/" + run));
    }

    /** Writes to the input of the command that runs. The future tells whether that has taken it, which may take as long as it likes. */
    CompletableFuture<Boolean> input(UUID run, byte[] bytes, Duration longest) {
        return toCommand("POST", run, "input", bytes, patience.within(longest));
    }

    /** Ends the input of the command that runs. */
    CompletableFuture<Boolean> endInput(UUID run) {
        return toCommand("DELETE", run, "input", null, patience);
    }

    /** Sends the command that runs TERM, KILL, STOP or CONT. */
    CompletableFuture<Boolean> signal(UUID run, String name) {
        return toCommand("POST", run, "signals/" + name, NOTHING, patience);
    }

    /** Tells the terminal of the command that runs its size. */
    CompletableFuture<Boolean> resize(UUID run, int columns, int rows) {
        return toCommand("POST", run, "terminal/" + columns + "x" + rows, NOTHING, patience);
    }

    /** The future tells whether there was a command that takes it. */
    private CompletableFuture<Boolean> toCommand(
            String method, UUID run, String what, byte @Nullable [] bytes, Patience wait) {
        return transport.call(
                new Operation<>(
                        method,
                        endpoint.at("runs/" + run + "/" + what),
                        bytes == null ? null : () -> new CountedBody(BodyPublishers.ofByteArray(bytes)),
                        bytes == null ? Map.of() : Map.of("Content-Type", "application/octet-stream"),
                        Reply.handler(204, info -> BodySubscribers.replacing(true)),
                        (reply, failures) ->
                                TAKES_NOTHING.contains(reply.status()) ? Boolean.FALSE : failures.body(reply)),
                wait);
    }

    @Override
    public CompletableFuture<Boolean> delete(UUID environment) {
        return remove(endpoint.environment(environment));
    }

    private CompletableFuture<Boolean> remove(URI uri) {
        return transport.call(
                new Operation<>(
                        "DELETE",
                        uri,
                        null,
                        Map.of(),
                        Reply.handler(204, info -> BodySubscribers.replacing(true)),
                        (reply, failures) -> reply.status() == 404 ? Boolean.FALSE : failures.body(reply)),
                patience);
    }

    @Override
    public void changes(UUID environment, Path target) throws InterruptedException {
        long unused = Waiting.on(FileDownload.to(
                target,
                channel -> transport.call(
                        new Operation<>(
                                "GET",
                                endpoint.at("environments/" + environment + "/changes"),
                                null,
                                Map.of(),
                                Reply.handler(info -> SandboxClient.sink(info, channel, maxDownloadBytes)),
                                (reply, failures) -> failures.body(reply)),
                        patience)));
    }

    /** Does something unless it is called off before. */
    Future<?> later(Runnable task, Duration delay) {
        return transport.timer().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How long one call may take. */
    Duration deadline() {
        return patience.deadline();
    }
}
