package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Backoff BACKOFF = new Backoff(5, Duration.ofMillis(100), Duration.ofSeconds(1));

    /** Always the same number from 0 to 1. */
    private record Chance(double number) implements RandomGenerator {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public double nextDouble() {
            return number;
        }
    }

    @Test
    void wait_doublesUpToTheLongest_andHalfOfItIsChance() {
        assertThat(BACKOFF.wait(1, Optional.empty(), new Chance(0))).isEqualTo(Duration.ofMillis(50));
        assertThat(BACKOFF.wait(1, Optional.empty(), new Chance(1))).isEqualTo(Duration.ofMillis(100));
        assertThat(BACKOFF.wait(3, Optional.empty(), new Chance(0.5))).isEqualTo(Duration.ofMillis(300));
        assertThat(BACKOFF.wait(5, Optional.empty(), new Chance(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(BACKOFF.wait(Integer.MAX_VALUE, Optional.empty(), new Chance(1)))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void wait_ofTheServersWish_isNotShorter() {
        Random random = new Random(1);
        for (int attempt = 1; attempt < 5; attempt++) {
            assertThat(BACKOFF.wait(attempt, Optional.of(Duration.ofSeconds(7)), random))
                    .isBetween(Duration.ofSeconds(7), Duration.ofMillis(7500));
        }
    }

    @Test
    void retryAfter_isSecondsOrADate() {
        assertThat(Backoff.retryAfter("12", NOW)).contains(Duration.ofSeconds(12));
        assertThat(Backoff.retryAfter("Tue, 24 Nov 2026 12:00:30 GMT", NOW)).contains(Duration.ofSeconds(30));
        assertThat(Backoff.retryAfter("Tue, 24 Nov 2026 11:00:00 GMT", NOW)).contains(Duration.ZERO);
        assertThat(Backoff.retryAfter("soon", NOW)).isEmpty();
        assertThat(Backoff.retryAfter("-1", NOW)).isEmpty();
        assertThat(Backoff.retryAfter("99999999999999999999", NOW)).isEmpty();
    }

    @Test
    void settings_outOfOrder_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(0, Duration.ZERO, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(1, Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(1, Duration.ofSeconds(-1), Duration.ofSeconds(1)));
    }
}
