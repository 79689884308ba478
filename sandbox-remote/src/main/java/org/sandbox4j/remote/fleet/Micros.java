package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** Times in whole microseconds, which is what databases keep. */
final class Micros {
    private Micros() {}

    static long of(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }

    static long of(Duration step) {
        if (step.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("The step must be at least a millisecond: " + step);
        }
        return TimeUnit.SECONDS.toMicros(step.getSeconds()) + TimeUnit.NANOSECONDS.toMicros(step.getNano());
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static Instant whole(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
