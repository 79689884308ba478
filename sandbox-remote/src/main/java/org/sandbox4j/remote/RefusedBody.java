package org.sandbox4j.remote;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Takes in nothing of an answer whose headers tell that it must not be read. */
final class RefusedBody<T> implements BodySubscriber<T> {
    private final IOException reason;

    RefusedBody(IOException reason) {
        this.reason = reason;
    }

    @Override
    public CompletionStage<T> getBody() {
        return CompletableFuture.failedFuture(reason);
    }

    /** Whoever does not cancel goes on receiving, for as long as the server sends. */
    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
}
