package org.sandbox4j.local.limits;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer of a trial: a good one for ever, any other for some time. Thread-safe. */
final class Remembered<T> {
    private final Supplier<T> trial;
    private final Predicate<T> isGood;
    private final Duration patience;
    private final LongSupplier clock;
    private @Nullable T answer;
    private long askedAt;

    /**
     * Takes a trial; it is made when the answer is asked for.
     *
     * @param clock nanoseconds since any moment
     */
    Remembered(Supplier<T> trial, Predicate<T> isGood, Duration patience, LongSupplier clock) {
        this.trial = trial;
        this.isGood = isGood;
        this.patience = patience;
        this.clock = clock;
    }

    synchronized T get() {
        T known = answer;
        if (known != null && (isGood.test(known) || clock.getAsLong() - askedAt < patience.toNanos())) {
            return known;
        }
        T fresh = trial.get();
        answer = fresh;
        askedAt = clock.getAsLong();
        return fresh;
    }
}
