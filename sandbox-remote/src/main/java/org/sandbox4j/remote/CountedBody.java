package org.sandbox4j.remote;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;

/** A body that knows how much of it has been handed out to be sent. Without all of it, a server can run nothing. */
final class CountedBody implements BodyPublisher {
    private final BodyPublisher body;
    private final AtomicLong handedOut = new AtomicLong();

    CountedBody(BodyPublisher body) {
        this.body = body;
    }

    boolean isHandedOut() {
        return handedOut.get() >= body.contentLength();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(new Subscriber<ByteBuffer>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                handedOut.addAndGet(buffer.remaining());
                subscriber.onNext(buffer);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }
}
