package org.sandbox4j.local.run;

import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.local.limits.RunLimits;

/**
 * Looks from time to time whether a run has exceeded a limit that the kernel only counts. A look is short, so it is taken in
 * the timer's thread. Thread-safe.
 */
final class LimitWatch {
    private final RunLimits limits;
    private final Consumer<Resource> exceeded;
    private @Nullable Future<?> next;
    private boolean stopped;
    private int looks;

    LimitWatch(RunLimits limits, Consumer<Resource> exceeded) {
        this.limits = limits;
        this.exceeded = exceeded;
    }

    synchronized void start() {
        if (!stopped && limits.needsLooks()) {
            next = Workers.later(this::look, limits.untilNextLook(looks++));
        }
    }

    /** No look is under way when this returns. */
    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private synchronized void look() {
        if (stopped) {
            return;
        }
        limits.exceeded().ifPresentOrElse(exceeded, this::start);
    }
}
