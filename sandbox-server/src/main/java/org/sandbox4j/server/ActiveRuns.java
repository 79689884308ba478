package org.sandbox4j.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The requests that run or wait now, by an id each. Thread-safe. */
final class ActiveRuns {
    /** The same id of two tenants stands for two runs. */
    private record Key(Tenant tenant, String id) {}

    // Guarded by this.
    private final Map<Key, RunControl> controls = new HashMap<>();
    private boolean closed;

    /**
     * Registers a request.
     *
     * @return what ends it
     * @throws Refusal if the server is being stopped
     */
    synchronized RunControl enter(Tenant tenant, String id) {
        if (closed) {
            throw Refusal.overloaded(OptionalLong.of(5));
        }
        RunControl control = new RunControl();
        if (controls.putIfAbsent(new Key(tenant, id), control) != null) {
            throw Refusal.line(409, "A run with this id is waiting or running.");
        }
        return control;
    }

    synchronized void leave(Tenant tenant, String id) {
        controls.remove(new Key(tenant, id));
        notifyAll();
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * Finds a request that runs or waits.
     *
     * @throws Refusal with status 404 if this tenant has none with this id
     */
    synchronized RunControl find(Tenant tenant, String id) {
        RunControl control = controls.get(new Key(tenant, id));
        if (control == null) {
            throw Refusal.notFound("No run with this id is waiting or running.");
        }
        return control;
    }

    /** Lets no request in any more, gives those that are in some time, then ends them, and waits for their end. */
    void close(Duration grace, Duration untilGone) throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        if (!awaitNone(grace)) {
            for (RunControl control : snapshot().values()) {
                control.cancel();
            }
            awaitNone(untilGone);
        }
    }

    private synchronized Map<Key, RunControl> snapshot() {
        return Map.copyOf(controls);
    }

    private synchronized boolean awaitNone(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        for (long left = longest.toMillis(); !controls.isEmpty() && left > 0; ) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        return controls.isEmpty();
    }
}
