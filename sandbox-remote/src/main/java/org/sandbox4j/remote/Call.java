package org.sandbox4j.remote;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call with its attempts. Whoever completes the result first ends it: the answer, the deadline, or the caller. */
final class Call<B, T> {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxClient.class);

    private final Transport transport;
    private final Operation<B, T> operation;
    private final Patience patience;
    private final long end;
    private final Failures failures;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable CountedBody body;
    private volatile @Nullable Future<?> current;

    Call(Transport transport, Operation<B, T> operation, Patience patience) {
        this.transport = transport;
        this.operation = operation;
        this.patience = patience;
        end = System.nanoTime() + patience.deadline().toNanos();
        failures = new Failures(operation, transport.secret());
    }

    /** Starts it. Cancelling the result cancels the call. */
    CompletableFuture<T> start() {
        ScheduledExecutorService timer = transport.timer();
        Future<?> alarm = timer.schedule(
                () -> result.completeExceptionally(failures.deadline(patience.deadline(), body)),
                patience.deadline().toNanos(),
                TimeUnit.NANOSECONDS);
        CompletableFuture<T> unused = result.whenComplete((value, failure) -> {
            alarm.cancel(false);
            cancelCurrent();
            transport.ended(this);
            log(failure);
        });
        attempt();
        return result;
    }

    void cancel() {
        result.cancel(true);
    }

    private void log(@Nullable Throwable failure) {
        String outcome =
                failure == null ? "succeeded" : failure instanceof ServerException e ? e.reason() : "cancelled";
        LOG.debug(
                "{} {}: {} in {} ms, attempts: {}",
                operation.method(),
                operation.uri(),
                outcome,
                failures.millis(),
                failures.attempts());
    }

    private void cancelCurrent() {
        Future<?> running = current;
        if (running != null) {
            running.cancel(true);
        }
    }

    private void attempt() {
        failures.countAttempt();
        try {
            CompletableFuture<HttpResponse<Reply<B>>> exchange = transport.send(request(), operation.handler());
            use(exchange);
            CompletableFuture<?> unused = exchange.whenComplete((response, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failures.exchange(failure, body));
                } else {
                    conclude(response.body());
                }
            });
        } catch (FileNotFoundException e) {
            result.completeExceptionally(failures.missingFile(e));
        }
    }

    /** A call that has ended meanwhile did not see this one, so it is looked at again. */
    private void use(Future<?> next) {
        current = next;
        if (result.isDone()) {
            next.cancel(true);
        }
    }

    private HttpRequest request() throws FileNotFoundException {
        HttpRequest.Builder request = HttpRequest.newBuilder(operation.uri());
        request.header("User-Agent", "sandbox4j");
        transport.secret().header().ifPresent(value -> request.header("Authorization", value));
        CountedBody opened = operation.body() == null ? null : operation.body().open();
        body = opened;
        operation.headers().forEach(request::header);
        return request.method(operation.method(), opened == null ? BodyPublishers.noBody() : opened)
                .build();
    }

    private void conclude(Reply<B> reply) {
        if (operation.method().equals("HEAD") && reply.status() != 200) {
            transport.forgetConnectionsOfHeads();
        }
        try {
            if (Overload.isSafeToRepeat(reply, operation.runsCommands())) {
                repeat(failures.overloaded(reply), Overload.retryAfter(reply, Instant.now()));
            } else {
                result.complete(operation.outcome().of(reply, failures));
            }
        } catch (CommandNotStartedException e) {
            if (transport.repeatsFailedStarts() && Overload.nothingStarted(e.response())) {
                repeat(e, Optional.empty());
            } else {
                result.completeExceptionally(e);
            }
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Tries again after a while, or fails at once if there is no time for that. */
    private void repeat(ServerException otherwise, Optional<Duration> retryAfter) {
        body = null; // What was sent has not run.
        Backoff backoff = transport.backoff();
        Duration wait = backoff.wait(failures.attempts(), retryAfter, ThreadLocalRandom.current());
        boolean last = patience.isOnce() || backoff.isLast(failures.attempts());
        if (last || wait.compareTo(Duration.ofNanos(end - System.nanoTime())) >= 0) {
            result.completeExceptionally(otherwise);
            return;
        }
        try {
            use(transport.timer().schedule(this::attempt, wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(otherwise); // The client was closed meanwhile.
        }
    }
}
