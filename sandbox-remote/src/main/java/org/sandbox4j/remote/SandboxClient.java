package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.ShellResult;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.Usages;
import org.sandbox4j.protocol.WireCodec;
import org.sandbox4j.protocol.WireFormatException;

/**
 * Talks to a sandbox server. Thread-safe; made with {@link #builder(URI)}.
 *
 * <p>Each call has a deadline, 5 minutes by default, over everything from the connection to the last byte of the answer, with
 * all attempts and waits between them; {@link #within(Duration)} gives another. A server that is overloaded is asked again after
 * a while; nothing else is repeated, so that no command runs twice. Redirects are not followed. All calls throw
 * {@link ServerException}; each has a form that returns a future, which fails with the same exceptions, and whose cancellation
 * ends the call; stages that depend on it must not block, or be asynchronous. Neither a cancelled nor a failed call stops
 * commands on the server.
 *
 * <p>No answer is taken in beyond a bound: 1 MiB for specifications and usages, {@link SandboxClientBuilder#answerLimits} for
 * everything else, and {@link SandboxClientBuilder#maxDownloadBytes} for downloads. A longer one fails with the reason
 * {@code answer-too-large}.
 *
 * <p>Interrupting a thread that waits for a call ends the call.
 */
public final class SandboxClient implements AutoCloseable {
    /** Bytes of what describes a server; that is a page or two. */
    static final long MAX_SMALL_ANSWER = 1 << 20;

    private final Transport transport;
    private final Endpoint endpoint;
    private final JsonLimits limits;
    private final long maxDownloadBytes;
    private final Patience patience;

    SandboxClient(Transport transport, Endpoint endpoint, JsonLimits limits, long maxDownloadBytes, Patience patience) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.limits = limits;
        this.maxDownloadBytes = maxDownloadBytes;
        this.patience = patience;
    }

    /**
     * Starts a client of a server.
     *
     * @param server its address, http or https, with or without a slash at the end
     * @return a builder with the defaults
     * @throws IllegalArgumentException if it is no such address, or has a user, a query or a fragment
     */
    public static SandboxClientBuilder builder(URI server) {
        return new SandboxClientBuilder(Endpoint.of(server));
    }

    /**
     * Returns a client with another deadline that shares everything else with this one: closing either closes both.
     *
     * @param newDeadline how long a call may take, more than 0, at most a year
     * @return the client
     */
    public SandboxClient within(Duration newDeadline) {
        return new SandboxClient(transport, endpoint, limits, maxDownloadBytes, patience.within(newDeadline));
    }

    /** A client with that deadline, unless its own is shorter. */
    SandboxClient atMost(Duration longest) {
        return patience.deadline().compareTo(longest) <= 0 ? this : within(longest);
    }

    /**
     * Returns a client that asks an overloaded server only once, and shares everything else with this one: closing either
     * closes both.
     *
     * @return the client, whose calls fail with {@link ServerOverloadedException} at once
     */
    public SandboxClient once() {
        return new SandboxClient(transport, endpoint, limits, maxDownloadBytes, patience.once());
    }

    /**
     * Returns a client of another server that shares everything else with this one, credentials, connections and threads
     * included: closing either closes both.
     *
     * @param server its address, http or https, with or without a slash at the end
     * @return the client
     * @throws IllegalArgumentException if it is no such address, or has a user, a query or a fragment
     */
    public SandboxClient at(URI server) {
        return new SandboxClient(transport, Endpoint.of(server), limits, maxDownloadBytes, patience);
    }

    /**
     * Returns the server's address.
     *
     * @return the address, with a slash at the end
     */
    public URI server() {
        return endpoint.base();
    }

    /**
     * Asks what the server is and offers.
     *
     * @return its specifications
     * @throws ServerException if the call fails
     * @throws InterruptedException if interrupted while waiting
     */
    public Specifications specifications() throws InterruptedException {
        return Waiting.on(specificationsAsync());
    }

    /**
     * Asks what the server is and offers.
     *
     * @return its specifications, later
     */
    public CompletableFuture<Specifications> specificationsAsync() {
        return get("specifications", MAX_SMALL_ANSWER, WireCodec::readSpecifications);
    }

    /**
     * Asks how loaded the server is. Plain servers take two seconds for that.
     *
     * @return its usages
     * @throws ServerException if the call fails
     * @throws InterruptedException if interrupted while waiting
     */
    public Usages usages() throws InterruptedException {
        return Waiting.on(usagesAsync());
    }

    /**
     * Asks how loaded the server is.
     *
     * @return its usages, later
     */
    public CompletableFuture<Usages> usagesAsync() {
        return get("usages", MAX_SMALL_ANSWER, WireCodec::readUsages);
    }

    /**
     * Asks what is installed in the server's containers. Plain servers start a container for that and never remove it.
     *
     * @return libraries and programs
     * @throws ServerException if the call fails
     * @throws InterruptedException if interrupted while waiting
     */
    public Libraries libraries() throws InterruptedException {
        return Waiting.on(librariesAsync());
    }

    /**
     * Asks what is installed in the server's containers.
     *
     * @return libraries and programs, later
     */
    public CompletableFuture<Libraries> librariesAsync() {
        return get("libraries", limits.maxBytes(), WireCodec::readLibraries);
    }

    /**
     * Runs commands in an empty environment, or in a saved one if the request names it.
     *
     * <p>Failing commands are results. A result may be {@linkplain ShellResult#isUnknown() unknown}.
     *
     * @param request what to run; at most 2.5 MiB as JSON, above which servers refuse it
     * @return what became of the commands
     * @throws EnvironmentNotFoundException if the server does not have the saved environment
     * @throws CommandNotStartedException if the server could not start a command
     * @throws ServerOverloadedException if the server had no place for it
     * @throws ServerException if the call fails otherwise; its {@link ServerException#runState()} tells whether the commands
     *     may have run
     * @throws IllegalArgumentException if the request is too large
     * @throws InterruptedException if interrupted while waiting; the commands may run
     */
    public ExecuteResponse execute(ExecuteRequest request) throws InterruptedException {
        return Waiting.on(executeAsync(request));
    }

    /**
     * Runs commands in an uploaded environment, on top of a saved one if the request names it.
     *
     * @param request what to run, as in {@link #execute(ExecuteRequest)}
     * @param upload the environment, which is streamed
     * @return what became of the commands
     * @throws ServerException as in {@link #execute(ExecuteRequest)}
     * @throws InterruptedException if interrupted while waiting; the commands may run
     */
    public ExecuteResponse execute(ExecuteRequest request, Upload upload) throws InterruptedException {
        return Waiting.on(executeAsync(request, upload));
    }

    /**
     * Runs commands in an empty environment, or in a saved one if the request names it.
     *
     * @param request what to run, as in {@link #execute(ExecuteRequest)}
     * @return what became of the commands, later
     */
    public CompletableFuture<ExecuteResponse> executeAsync(ExecuteRequest request) {
        return run(request, null);
    }

    /**
     * Runs commands in an uploaded environment, on top of a saved one if the request names it.
     *
     * @param request what to run, as in {@link #execute(ExecuteRequest)}
     * @param upload the environment, which is streamed
     * @return what became of the commands, later
     */
    public CompletableFuture<ExecuteResponse> executeAsync(ExecuteRequest request, Upload upload) {
        return run(request, upload);
    }

    /**
     * Asks how large the archive of a saved environment is.
     *
     * @param id the environment
     * @return its size in bytes, or nothing if the server does not have it
     * @throws ServerException if the call fails
     * @throws InterruptedException if interrupted while waiting
     */
    public OptionalLong environmentSize(UUID id) throws InterruptedException {
        return Waiting.on(environmentSizeAsync(id));
    }

    /**
     * Asks how large the archive of a saved environment is.
     *
     * @param id the environment
     * @return its size in bytes, or nothing if the server does not have it, later
     */
    public CompletableFuture<OptionalLong> environmentSizeAsync(UUID id) {
        return size(endpoint.environment(id));
    }

    /**
     * Asks how large a file of a saved environment is.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @return its size in bytes, or nothing if there is no such file or environment
     * @throws ServerException if the call fails; also for a directory
     * @throws IllegalArgumentException if it is no path of a file
     * @throws InterruptedException if interrupted while waiting
     */
    public OptionalLong fileSize(UUID id, String path) throws InterruptedException {
        return Waiting.on(fileSizeAsync(id, path));
    }

    /**
     * Asks how large a file of a saved environment is.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @return its size in bytes, or nothing if there is no such file or environment, later
     */
    public CompletableFuture<OptionalLong> fileSizeAsync(UUID id, String path) {
        return size(endpoint.file(id, path));
    }

    /**
     * Downloads the archive of a saved environment. It is streamed to a file beside the target, which is then renamed: all or
     * nothing. Only its owner may read it.
     *
     * @param id the environment
     * @param target the file on this host, which is replaced
     * @return its size in bytes
     * @throws EnvironmentNotFoundException if the server does not have it
     * @throws ServerException if the call, or writing the file, fails
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadEnvironment(UUID id, Path target) throws InterruptedException {
        return Waiting.on(downloadEnvironmentAsync(id, target));
    }

    /**
     * Downloads the archive of a saved environment to a file.
     *
     * @param id the environment
     * @param target the file on this host, which is replaced
     * @return its size in bytes, later
     */
    public CompletableFuture<Long> downloadEnvironmentAsync(UUID id, Path target) {
        return FileDownload.to(target, channel -> download(endpoint.environment(id), channel));
    }

    /**
     * Downloads the archive of a saved environment.
     *
     * @param id the environment
     * @param target takes the bytes as they come; it is not closed. After a failure, it has a part of them
     * @return its size in bytes
     * @throws EnvironmentNotFoundException if the server does not have it
     * @throws ServerException if the call, or writing, fails
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadEnvironment(UUID id, WritableByteChannel target) throws InterruptedException {
        return Waiting.on(downloadEnvironmentAsync(id, target));
    }

    /**
     * Downloads the archive of a saved environment.
     *
     * @param id the environment
     * @param target takes the bytes as they come; it is not closed
     * @return its size in bytes, later
     */
    public CompletableFuture<Long> downloadEnvironmentAsync(UUID id, WritableByteChannel target) {
        return download(endpoint.environment(id), target);
    }

    /**
     * Downloads a file of a saved environment, all or nothing.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @param target the file on this host, which is replaced
     * @return its size in bytes
     * @throws EnvironmentNotFoundException if there is no such file or environment
     * @throws ServerException if the call, or writing the file, fails
     * @throws IllegalArgumentException if it is no path of a file
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadFile(UUID id, String path, Path target) throws InterruptedException {
        return Waiting.on(downloadFileAsync(id, path, target));
    }

    /**
     * Downloads a file of a saved environment to a file.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @param target the file on this host, which is replaced
     * @return its size in bytes, later
     */
    public CompletableFuture<Long> downloadFileAsync(UUID id, String path, Path target) {
        URI uri = endpoint.file(id, path);
        return FileDownload.to(target, channel -> download(uri, channel));
    }

    /**
     * Downloads a file of a saved environment.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @param target takes the bytes as they come; it is not closed. After a failure, it has a part of them
     * @return its size in bytes
     * @throws EnvironmentNotFoundException if there is no such file or environment
     * @throws ServerException if the call, or writing, fails
     * @throws IllegalArgumentException if it is no path of a file
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadFile(UUID id, String path, WritableByteChannel target) throws InterruptedException {
        return Waiting.on(downloadFileAsync(id, path, target));
    }

    /**
     * Downloads a file of a saved environment.
     *
     * @param id the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @param target takes the bytes as they come; it is not closed
     * @return its size in bytes, later
     */
    public CompletableFuture<Long> downloadFileAsync(UUID id, String path, WritableByteChannel target) {
        return download(endpoint.file(id, path), target);
    }

    /**
     * Cancels what is still running, and closes the connections. Calls made afterwards throw {@link IllegalStateException}.
     *
     * <p>Before JDK 21, connections cannot be closed: idle ones, and the thread that watches them, stay until the server hangs up
     * or the system property {@code jdk.httpclient.keepalive.timeout}, in seconds, says so; 1200 by default there.
     */
    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return "SandboxClient[" + endpoint.base() + "]";
    }

    /** How long to wait before something is sent again. */
    Backoff backoff() {
        return transport.backoff();
    }

    /** The calls of servers with the extension {@code root}. */
    RootCalls root() {
        return new RootCalls(transport, endpoint, limits, patience, maxDownloadBytes);
    }

    private interface Reader<T> {
        T read(InputStream json, JsonLimits limits) throws IOException;
    }

    private <T> CompletableFuture<T> get(String name, long maxBytes, Reader<T> reader) {
        return transport.call(
                new Operation<>(
                        "GET",
                        endpoint.at(name),
                        null,
                        Map.of(),
                        Reply.inMemory(Math.min(maxBytes, limits.maxBytes())),
                        (reply, failures) -> json(reply, failures, reader)),
                patience);
    }

    private CompletableFuture<ExecuteResponse> run(ExecuteRequest request, @Nullable Upload upload) {
        byte[] config = Configs.json(request);
        Multipart multipart = Multipart.withRandomBoundary();
        return transport.call(
                new Operation<>(
                        "POST",
                        endpoint.at("execute"),
                        () -> new CountedBody(multipart.body("config", config, upload == null ? null : upload.open())),
                        Map.of("Content-Type", multipart.contentType()),
                        Reply.inMemory(limits.maxBytes()),
                        (reply, failures) -> response(reply, failures, request, upload)),
                patience);
    }

    private ExecuteResponse response(
            Reply<ByteBlocks> reply, Failures failures, ExecuteRequest request, @Nullable Upload upload) {
        if (reply.status() == 500 && upload != null && request.environment().isPresent()) {
            throw failures.failedMerge(reply);
        }
        ExecuteResponse response = json(reply, failures, WireCodec::readExecuteResponse);
        for (ShellResult result : response.execution()) {
            if (result.isFailedStart()) {
                throw new CommandNotStartedException(
                        failures.message("a command was not started: '" + result.stdout() + "'. Its container was"
                                + " stopping or starting; send the request again if its commands may run twice."),
                        response);
            }
        }
        return response;
    }

    private <T> T json(Reply<ByteBlocks> reply, Failures failures, Reader<T> reader) {
        ByteBlocks bytes = failures.body(reply);
        try {
            return reader.read(bytes.read(), limits);
        } catch (WireFormatException e) {
            throw failures.notJson(e, bytes.beginning());
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory cannot fail.", e);
        }
    }

    private CompletableFuture<OptionalLong> size(URI uri) {
        return transport.call(
                new Operation<>(
                        "HEAD",
                        uri,
                        null,
                        Map.of(),
                        Reply.handler(info -> BodySubscribers.replacing(true)),
                        this::size),
                patience);
    }

    private OptionalLong size(Reply<Boolean> reply, Failures failures) {
        if (reply.status() == 404) {
            return OptionalLong.empty();
        }
        failures.body(reply);
        return OptionalLong.of(
                reply.headers().firstValueAsLong("content-length").orElseThrow(failures::noLength));
    }

    private CompletableFuture<Long> download(URI uri, WritableByteChannel target) {
        return transport.call(
                new Operation<>(
                        "GET",
                        uri,
                        null,
                        Map.of(),
                        Reply.handler(info -> sink(info, target)),
                        (reply, failures) -> failures.body(reply)),
                patience);
    }

    private BodySubscriber<Long> sink(ResponseInfo info, WritableByteChannel target) {
        return sink(info, target, maxDownloadBytes);
    }

    static BodySubscriber<Long> sink(ResponseInfo info, WritableByteChannel target, long maxBytes) {
        boolean framed = info.version() != HttpClient.Version.HTTP_1_1
                || info.headers().firstValue("content-length").isPresent()
                || info.headers().firstValue("transfer-encoding").isPresent();
        if (!framed) {
            return new RefusedBody<>(new UnknownLength());
        }
        return Reply.isLarger(info, maxBytes)
                ? new RefusedBody<>(new AnswerTooLarge(maxBytes))
                : new ChannelSink(target, maxBytes);
    }
}
