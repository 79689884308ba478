package org.sandbox4j.fleet.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Moments as the database has them, in whole microseconds since 1970. */
final class Micros {
    private static final Instant FIRST = instant(Long.MIN_VALUE);
    private static final Instant LAST = instant(Long.MAX_VALUE);
    /** 73,000 years, with which the database can still reckon. */
    private static final long LONGEST_MICROS = Long.MAX_VALUE / 4;

    private static final Duration LONGEST = Duration.of(LONGEST_MICROS, ChronoUnit.MICROS);

    private Micros() {}

    static long of(Instant instant) {
        if (instant.isBefore(FIRST)) {
            return Long.MIN_VALUE;
        }
        if (instant.isAfter(LAST)) {
            return Long.MAX_VALUE;
        }
        // Its Instant.until() counts nanoseconds on the way, which overflow.
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }

    static @Nullable Long of(Optional<Instant> instant) {
        return instant.map(Micros::of).orElse(null);
    }

    /** The first whole microsecond that is not before a moment, where a period with such an end begins or ends. */
    static long ceiling(Instant instant) {
        long micros = of(instant);
        boolean whole = floor(instant).equals(instant);
        return whole || micros == Long.MIN_VALUE || micros == Long.MAX_VALUE ? micros : micros + 1;
    }

    static long of(Duration step) {
        if (step.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("The step must be at least a millisecond: " + step);
        }
        return step.compareTo(LONGEST) > 0 ? LONGEST_MICROS : of(Instant.EPOCH.plus(step));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static Instant floor(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
