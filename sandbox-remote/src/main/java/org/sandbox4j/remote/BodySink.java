package org.sandbox4j.remote;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Takes in an answer buffer by buffer, up to a limit. */
abstract class BodySink<T> implements BodySubscriber<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final long limit;
    private @Nullable Subscription subscription;
    private long count;

    BodySink(long limit) {
        this.limit = limit;
    }

    abstract void take(ByteBuffer buffer) throws IOException;

    abstract T finished(long bytes);

    /** Lets go of what has come, which nobody will get. */
    void forget() {}

    /** What becomes of an answer beyond the limit. */
    T tooLarge() throws IOException {
        throw new AnswerTooLarge(limit);
    }

    @Override
    public CompletionStage<T> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                boolean within = buffer.remaining() <= limit - count;
                if (!within) {
                    buffer.limit(buffer.position() + (int) (limit - count));
                }
                count += buffer.remaining();
                take(buffer);
                if (!within) {
                    end();
                    return;
                }
            }
            if (subscription != null) {
                subscription.request(1);
            }
        } catch (IOException e) {
            onError(e);
        } catch (OutOfMemoryError e) {
            // This JVM has less room than the limit permits; what has come is given up first, so that there is some.
            forget();
            onError(new AnswerTooLarge(count, e));
        }
    }

    private void end() throws IOException {
        T whole = tooLarge();
        if (subscription != null) {
            subscription.cancel();
        }
        result.complete(whole);
    }

    @Override
    public void onError(Throwable failure) {
        if (subscription != null) {
            subscription.cancel();
        }
        forget();
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(finished(count));
    }
}
