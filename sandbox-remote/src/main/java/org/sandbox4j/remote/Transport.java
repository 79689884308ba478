package org.sandbox4j.remote;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.DetachedThread;

/** What the calls of a client share: connections, a timer, and how to behave. */
final class Transport implements AutoCloseable {
    private final Secret secret;
    private final Backoff backoff;
    private final boolean repeatsFailedStarts;
    private final Duration connectTimeout;
    private final @Nullable SSLContext tls;
    private final ScheduledThreadPoolExecutor timer;
    private final HttpClient http;
    private final ClientEnd end = ClientEnd.OF_THIS_JDK;
    private final Set<Call<?, ?>> running = ConcurrentHashMap.newKeySet();
    private @Nullable HttpClient heads;
    private volatile boolean closed;

    Transport(
            Secret secret,
            Backoff backoff,
            boolean repeatsFailedStarts,
            Duration connectTimeout,
            @Nullable SSLContext tls) {
        this.secret = secret;
        this.backoff = backoff;
        this.repeatsFailedStarts = repeatsFailedStarts;
        this.connectTimeout = connectTimeout;
        this.tls = tls;
        timer = new ScheduledThreadPoolExecutor(1, task -> DetachedThread.daemon(task, "sandbox4j-client-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        http = connect();
    }

    private HttpClient connect() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout);
        return (tls == null ? builder : builder.sslContext(tls)).build();
    }

    <B, T> CompletableFuture<T> call(Operation<B, T> operation, Patience patience) {
        if (closed) {
            throw new IllegalStateException("The client is closed.");
        }
        Call<B, T> call = new Call<>(this, operation, patience);
        running.add(call);
        try {
            return call.start();
        } catch (RejectedExecutionException e) {
            running.remove(call);
            throw new IllegalStateException("The client is closed.", e);
        }
    }

    <B> CompletableFuture<HttpResponse<B>> send(HttpRequest request, BodyHandler<B> handler) {
        return request.method().equals("HEAD") ? sendHead(request, handler) : http.sendAsync(request, handler);
    }

    /** Under the lock, so that nothing is given to a client that is being forgotten. */
    private synchronized <B> CompletableFuture<HttpResponse<B>> sendHead(HttpRequest request, BodyHandler<B> handler) {
        if (heads == null) {
            heads = connect();
        }
        return heads.sendAsync(request, handler);
    }

    /**
     * Some servers send a body after a failed HEAD. It would be taken for the next answer on that connection, so that
     * connection is never used again.
     */
    synchronized void forgetConnectionsOfHeads() {
        if (heads != null) {
            end.afterCalls(heads);
        }
        heads = null;
    }

    Secret secret() {
        return secret;
    }

    Backoff backoff() {
        return backoff;
    }

    boolean repeatsFailedStarts() {
        return repeatsFailedStarts;
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    void ended(Call<?, ?> call) {
        running.remove(call);
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(Call::cancel);
        timer.shutdownNow();
        end.atOnce(http);
        synchronized (this) {
            if (heads != null) {
                end.atOnce(heads);
            }
        }
    }
}
