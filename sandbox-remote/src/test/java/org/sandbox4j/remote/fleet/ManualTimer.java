package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A time that stands still until the test moves it. */
final class ManualTimer implements FleetTimer {
    private record Task(Instant due, long number, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private long number;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Runnable after(Duration wait, Runnable action) {
        Task task = new Task(now.plus(wait), number++, action);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Tasks that wait. */
    synchronized int waiting() {
        return tasks.size();
    }

    /** Does in this thread what is due now. */
    void runDue() {
        advance(Duration.ZERO);
    }

    /** Moves on from task to task, and does each at its time. */
    void advance(Duration step) {
        Instant end = now().plus(step);
        for (Optional<Task> next = nextUntil(end); next.isPresent(); next = nextUntil(end)) {
            next.get().action().run();
        }
        moveTo(end);
    }

    private synchronized Optional<Task> nextUntil(Instant end) {
        Optional<Task> next = tasks.stream()
                .filter(task -> !task.due().isAfter(end))
                .min(Comparator.comparing(Task::due).thenComparing(Task::number));
        next.ifPresent(task -> {
            tasks.remove(task);
            now = task.due().isAfter(now) ? task.due() : now;
        });
        return next;
    }

    private synchronized void moveTo(Instant end) {
        now = end;
    }

    @Override
    public void close() {}
}
