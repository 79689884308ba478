package org.sandbox4j.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The requests that run or wait now, by an id each. Thread-safe. */
final class ActiveRuns {
    // Guarded by this.
    private final Map<String, RunControl> controls = new HashMap<>();
    private boolean closed;

    /**
     * Registers a request.
     *
     * @return what ends it
     * @throws Refusal if the server is being stopped
     */
    synchronized RunControl enter(String id) {
        if (closed) {
            throw Refusal.overloaded(OptionalLong.of(5));
        }
        RunControl control = new RunControl();
        if (controls.putIfAbsent(id, control) != null) {
            throw Refusal.line(409, "A run with this id is waiting or running.");
        }
        return control;
    }

    synchronized void leave(String id) {
        controls.remove(id);
        notifyAll();
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * Finds a request that runs or waits.
     *
     * @throws Refusal with status 404 if there is none with this id
     */
    synchronized RunControl find(String id) {
        RunControl control = controls.get(id);
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

    private synchronized Map<String, RunControl> snapshot() {
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
