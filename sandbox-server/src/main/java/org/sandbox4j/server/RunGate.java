package org.sandbox4j.server;

/** What every request to run something passes: it is registered, waits for a slot, and is counted. Thread-safe. */
final class RunGate {
    private final ActiveRuns active;
    private final Slots slots;
    private final Metrics metrics;

    RunGate(ActiveRuns active, Slots slots, Metrics metrics) {
        this.active = active;
        this.slots = slots;
        this.metrics = metrics;
    }

    /** Runs under a control. */
    interface Work<T> {
        T run(RunControl control) throws Exception;
    }

    <T> T run(Tenant tenant, String id, Work<T> work) throws Exception {
        RunControl control = active.enter(tenant, id);
        try {
            return slots.run(() -> {
                long start = System.nanoTime();
                try {
                    return work.run(control);
                } finally {
                    metrics.ran(System.nanoTime() - start);
                }
            });
        } finally {
            active.leave(tenant, id);
        }
    }
}
