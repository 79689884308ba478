package org.sandbox4j.remote.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events that wait for one subscriber. Of too many, the oldest are dropped. */
final class EventSubscription implements Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

    private final Flow.Subscriber<? super FleetEvent> subscriber;
    private final Executor executor;
    private final int capacity;
    private final Consumer<EventSubscription> onEnd;
    private final Deque<FleetEvent> waiting;
    private long missed;
    private long wanted;
    private boolean started;
    private boolean delivering;
    private boolean complete;
    private boolean ended;
    private @Nullable Throwable failure;

    /** All that is known fits in, however much that is. */
    EventSubscription(
            Flow.Subscriber<? super FleetEvent> subscriber,
            Executor executor,
            int buffer,
            List<FleetEvent> known,
            Consumer<EventSubscription> onEnd) {
        this.subscriber = subscriber;
        this.executor = executor;
        capacity = buffer + known.size();
        waiting = new ArrayDeque<>(known);
        this.onEnd = onEnd;
    }

    synchronized void start() {
        deliverSoon();
    }

    synchronized void offer(FleetEvent event) {
        if (ended) {
            return;
        }
        if (waiting.size() == capacity) {
            waiting.removeFirst();
            missed++;
        }
        waiting.addLast(event);
        deliverSoon();
    }

    synchronized void complete() {
        complete = true;
        deliverSoon();
    }

    @Override
    public synchronized void request(long n) {
        if (n <= 0) {
            failure = new IllegalArgumentException("A subscriber must request at least one event, not " + n + ".");
        } else {
            wanted = n > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : wanted + n;
        }
        deliverSoon();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            ended = true;
            waiting.clear();
        }
        onEnd.accept(this);
    }

    private void deliverSoon() {
        if (delivering || ended) {
            return;
        }
        delivering = true;
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            ended = true; // The fleet is closed, and nothing runs any more.
        }
    }

    /** One thread at a time is in here, which is what subscribers rely on; it calls them without holding the lock. */
    private void deliver() {
        try {
            Optional<Runnable> signal = next();
            while (signal.isPresent()) {
                signal.get().run();
                signal = next();
            }
        } catch (RuntimeException e) {
            LOG.warn("A subscriber of a fleet's events has failed and gets no more of them.", e);
            cancel();
        }
    }

    /** What the subscriber is to be told next. Nothing ends the delivery, until there is something again. */
    private synchronized Optional<Runnable> next() {
        if (ended) {
            return Optional.empty();
        } else if (!started) {
            started = true;
            return Optional.of(() -> subscriber.onSubscribe(this));
        } else if (failure != null) {
            Throwable thrown = failure;
            return last(() -> subscriber.onError(thrown));
        } else if (wanted > 0 && missed > 0) {
            FleetEvent event = new FleetEvent.EventsMissed(missed);
            missed = 0;
            wanted--;
            return Optional.of(() -> subscriber.onNext(event));
        } else if (wanted > 0 && !waiting.isEmpty()) {
            FleetEvent event = waiting.removeFirst();
            wanted--;
            return Optional.of(() -> subscriber.onNext(event));
        } else if (complete && waiting.isEmpty() && missed == 0) {
            return last(subscriber::onComplete);
        }
        delivering = false;
        return Optional.empty();
    }

    private Optional<Runnable> last(Runnable signal) {
        ended = true;
        waiting.clear();
        return Optional.of(() -> {
            onEnd.accept(this);
            signal.run();
        });
    }
}
