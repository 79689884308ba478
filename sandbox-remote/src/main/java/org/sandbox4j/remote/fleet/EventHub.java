package org.sandbox4j.remote.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * Hands events on, and remembers the last one of each kind and server for those who subscribe later. Publishing never waits
 * for a subscriber.
 */
final class EventHub implements Flow.Publisher<FleetEvent>, AutoCloseable {
    private record Key(long server, Class<?> kind) {}

    private final Executor executor;
    private final int buffer;
    private final Map<Key, FleetEvent> lastKnown = new LinkedHashMap<>();
    private final Set<EventSubscription> subscriptions = new LinkedHashSet<>();
    private boolean closed;

    EventHub(Executor executor, int buffer) {
        this.executor = executor;
        this.buffer = buffer;
    }

    /** The lock makes sure that a new subscriber gets each event once, as known or as new. */
    @Override
    public synchronized void subscribe(Flow.Subscriber<? super FleetEvent> subscriber) {
        EventSubscription subscription =
                new EventSubscription(subscriber, executor, buffer, new ArrayList<>(lastKnown.values()), this::remove);
        if (closed) {
            subscription.complete();
        } else {
            subscriptions.add(subscription);
        }
        subscription.start();
    }

    private synchronized void remove(EventSubscription subscription) {
        subscriptions.remove(subscription);
    }

    synchronized void publish(FleetEvent event) {
        if (event instanceof FleetEvent.ServerRemoved removed) {
            lastKnown.keySet().removeIf(key -> key.server() == removed.server().id());
        }
        serverOf(event).ifPresent(server -> lastKnown.put(new Key(server, event.getClass()), event));
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    /** What is known without having happened just now. */
    synchronized void remember(FleetEvent event) {
        serverOf(event).ifPresent(server -> lastKnown.put(new Key(server, event.getClass()), event));
    }

    private static Optional<Long> serverOf(FleetEvent event) {
        if (event instanceof FleetEvent.ServerChanged changed) {
            return Optional.of(changed.server().id());
        } else if (event instanceof FleetEvent.SpecsPolled polled) {
            return Optional.of(polled.server());
        } else if (event instanceof FleetEvent.UsagePolled polled) {
            return Optional.of(polled.server());
        }
        return Optional.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(subscriptions).forEach(EventSubscription::complete);
        subscriptions.clear();
    }
}
