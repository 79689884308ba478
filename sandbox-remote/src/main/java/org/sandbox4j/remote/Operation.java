package org.sandbox4j.remote;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call, as far as it does not depend on attempts.
 *
 * @param method the HTTP method
 * @param uri where it goes
 * @param body makes the body anew for each attempt; null for none
 * @param headers further headers, such as the type of the body
 * @param handler takes in the answer
 * @param outcome makes the result of an answer, or throws what it means
 */
record Operation<B, T>(
        String method,
        URI uri,
        @Nullable Body body,
        Map<String, String> headers,
        BodyHandler<Reply<B>> handler,
        Outcome<B, T> outcome) {
    interface Body {
        CountedBody open() throws FileNotFoundException;
    }

    interface Outcome<B, T> {
        T of(Reply<B> reply, Failures failures);
    }

    boolean runsCommands() {
        return body != null;
    }
}
