package org.sandbox4j.remote;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an overloaded server is asked again.
 *
 * @param attempts how often it is asked at most
 * @param first the first wait, doubled each time
 * @param longest the longest wait that is not the server's own wish
 */
record Backoff(int attempts, Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 20;
    private static final Duration MAX_LONGEST = Duration.ofDays(1);

    Backoff {
        if (attempts < 1 || first.isNegative() || longest.compareTo(first) < 0 || longest.compareTo(MAX_LONGEST) > 0) {
            throw new IllegalArgumentException("At least one attempt, and 0 <= first wait <= longest wait <= 1 day: "
                    + attempts + ", " + first + ", " + longest);
        }
    }

    boolean isLast(int attempt) {
        return attempt >= attempts;
    }

    /** Half of it is by chance, so that clients that were refused together do not come back together. */
    Duration wait(int attempt, Optional<Duration> retryAfter, RandomGenerator random) {
        Duration doubled = first.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        Duration wait = doubled.compareTo(longest) > 0 ? longest : doubled;
        Duration chance = Duration.ofNanos((long) (wait.toNanos() / 2.0 * random.nextDouble()));
        return retryAfter
                .map(wish -> wish.plus(chance))
                .orElse(wait.dividedBy(2).plus(chance));
    }

    /** Reads {@code Retry-After}: seconds or a date. Nothing, if it is neither. */
    static Optional<Duration> retryAfter(String header, Instant now) {
        try {
            Duration wish = header.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from));
            return Optional.of(wish.isNegative() ? Duration.ZERO : wish);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
