package org.sandbox4j.remote;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.WireFormatException;

/** Says what went wrong with one call, in exceptions. */
final class Failures {
    private static final int MAX_QUOTED = 300;

    private final Operation<?, ?> operation;
    private final Secret secret;
    private final long start = System.nanoTime();
    private final AtomicInteger attempts = new AtomicInteger();

    Failures(Operation<?, ?> operation, Secret secret) {
        this.operation = operation;
        this.secret = secret;
    }

    void countAttempt() {
        attempts.incrementAndGet();
    }

    int attempts() {
        return attempts.get();
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** What a request can have done that was sent, and got no answer that tells. */
    RunState uncertain() {
        return operation.runsCommands() ? RunState.MAY_HAVE_RUN : RunState.NOT_RUN;
    }

    private RunState sent(@Nullable CountedBody body) {
        return body == null || !body.isHandedOut() ? RunState.NOT_RUN : RunState.MAY_HAVE_RUN;
    }

    ServerException exchange(Throwable failure, @Nullable CountedBody body) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof AnswerTooLarge) {
            return failed("answer-too-large", answered(), 200, cause.getMessage() + ".", cause);
        } else if (cause instanceof MalformedAnswer) {
            return failed("bad-answer", answered(), 0, cause.getMessage() + ".", cause);
        } else if (cause instanceof NumberFormatException) {
            return failed("bad-answer", answered(), 0, "a header is not a number: " + described(cause) + ".", cause);
        } else if (cause instanceof UnknownLength) {
            return failed("bad-answer", answered(), 200, cause.getMessage() + ".", cause);
        } else if (cause instanceof LocalFileFailure) {
            return failed("local-file", answered(), 200, "writing here failed: " + cause.getMessage(), cause);
        } else if (cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnresolvedAddressException) {
            return failed(
                    "unreachable",
                    RunState.NOT_RUN,
                    0,
                    "no connection: " + described(cause) + ". Check the address, and whether the server runs.",
                    cause);
        } else if (cause instanceof SSLException && sent(body) == RunState.NOT_RUN) {
            return failed("unreachable", RunState.NOT_RUN, 0, "no trusted connection: " + described(cause), cause);
        }
        return failed("connection-lost", sent(body), 0, "the connection was lost: " + described(cause), cause);
    }

    /** Whatever ran before an answer of status 200 has run. */
    private RunState answered() {
        return operation.runsCommands() ? RunState.HAS_RUN : RunState.NOT_RUN;
    }

    ServerException deadline(Duration deadline, @Nullable CountedBody body) {
        return failed("deadline", sent(body), 0, "there was no whole answer within " + deadline + ".", null);
    }

    ServerException notJson(WireFormatException e, String quoted) {
        return failed(
                "bad-answer", answered(), 200, e.getMessage() + " The answer begins with '" + quote(quoted) + "'.", e);
    }

    ServerException noLength() {
        return failed("bad-answer", RunState.NOT_RUN, 200, "the answer has no Content-Length.", null);
    }

    ServerException missingFile(Throwable cause) {
        return failed("local-file", RunState.NOT_RUN, 0, "the upload cannot be read: " + cause.getMessage(), cause);
    }

    ServerOverloadedException overloaded(Reply<?> reply) {
        return new ServerOverloadedException(message("answered 503: '" + quote(reply.text()) + "'."));
    }

    <B> B body(Reply<B> reply) {
        return reply.body().orElseThrow(() -> refusal(reply));
    }

    /** What an answer other than 200 means. */
    ServerException refusal(Reply<?> reply) {
        int status = reply.status();
        String quoted = quote(reply.text());
        String what = "answered " + status + (quoted.isEmpty() ? "." : ": '" + quoted + "'.");
        if (status == 404) {
            return new EnvironmentNotFoundException(message(what));
        } else if (status == 401 || status == 403) {
            return failed("unauthorized", RunState.NOT_RUN, status, what, null);
        } else if (status >= 400 && status < 500) {
            return failed("refused", RunState.NOT_RUN, status, what, null);
        } else if (status >= 300 && status < 400) {
            return failed("redirected", uncertain(), status, what + " " + location(reply), null);
        }
        return failed(status >= 500 ? "server-error" : "bad-answer", uncertain(), status, what, null);
    }

    ServerException failedMerge(Reply<?> reply) {
        return failed(
                "server-error",
                uncertain(),
                reply.status(),
                "answered 500: '" + quote(reply.text()) + "'. Servers fail to merge an upload with a saved environment"
                        + " when a symbolic link in either leads out of it, or when a name is a directory in one of them"
                        + " only. Upload everything instead.",
                null);
    }

    private static String location(Reply<?> reply) {
        return "It is not followed to '"
                + quote(reply.headers().firstValue("location").orElse("")) + "'.";
    }

    ServerException failed(String reason, RunState state, int status, String what, @Nullable Throwable cause) {
        return new ServerException(reason, state, status, message(what), cause);
    }

    String message(String what) {
        String times = attempts() == 1 ? "" : " after " + attempts() + " attempts in " + millis() + " ms";
        return secret.mask(operation.method() + " " + operation.uri() + times + ": " + what);
    }

    private static String described(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Text of a server, on one line, without tags and controls, and not too long. */
    private static String quote(String text) {
        String plain = text.replaceAll("<[^>]{0,200}>", " ")
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return plain.length() <= MAX_QUOTED ? plain : plain.substring(0, MAX_QUOTED) + "...";
    }
}
