package org.sandbox4j.local.run;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** How many bytes a command may still write, to both streams together. Thread-safe. */
final class OutputBudget {
    private final boolean limited;
    private final AtomicLong left;
    private volatile BooleanSupplier exceeded = () -> true;

    private OutputBudget(boolean limited, long left) {
        this.limited = limited;
        this.left = new AtomicLong(left);
    }

    static OutputBudget of(OptionalLong limit) {
        return new OutputBudget(limit.isPresent(), limit.orElse(0));
    }

    /** Sets what ends the run; it tells whether the run ends, or has ended, for this reason. */
    void onExceeded(BooleanSupplier action) {
        exceeded = action;
    }

    /** Returns how many of some bytes that were written may be passed on. */
    int take(int length) {
        if (!limited || length <= 0) {
            return length;
        }
        long before = left.getAndUpdate(bytes -> Math.max(0, bytes - length));
        return length <= before || !exceeded.getAsBoolean() ? length : (int) before;
    }
}
