package org.sandbox4j.remote;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a server answered: the body of a success, or what it said otherwise.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param body the body, if the status is the expected one
 * @param text the beginning of the body, if it is not
 */
record Reply<T>(int status, HttpHeaders headers, Optional<T> body, String text) {
    private static final int MAX_QUOTED_BYTES = 16 << 10;

    static <T> BodyHandler<Reply<T>> handler(Function<ResponseInfo, BodySubscriber<T>> success) {
        return handler(200, success);
    }

    /** Keeps a success in memory, up to a limit; one that says that it is larger is not even begun. */
    static BodyHandler<Reply<ByteBlocks>> inMemory(long limit) {
        return handler(
                info -> isLarger(info, limit) ? new RefusedBody<>(new AnswerTooLarge(limit)) : BytesSink.all(limit));
    }

    /** Tells whether an answer says that it has more bytes than that. */
    static boolean isLarger(ResponseInfo info, long limit) {
        return info.headers().firstValueAsLong("content-length").orElse(0) > limit;
    }

    static <T> BodyHandler<Reply<T>> handler(int expected, Function<ResponseInfo, BodySubscriber<T>> success) {
        return info -> {
            try {
                MalformedAnswer.length(info.headers());
            } catch (MalformedAnswer e) {
                return new RefusedBody<>(e);
            }
            int status = info.statusCode();
            HttpHeaders headers = info.headers();
            return status == expected
                    ? BodySubscribers.mapping(
                            success.apply(info), body -> new Reply<>(status, headers, Optional.of(body), ""))
                    : BodySubscribers.mapping(
                            BytesSink.beginning(MAX_QUOTED_BYTES),
                            bytes -> new Reply<>(status, headers, Optional.empty(), bytes.beginning()));
        };
    }
}
