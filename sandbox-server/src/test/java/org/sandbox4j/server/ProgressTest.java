package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    /** 10,000 bytes in ten seconds. */
    private final Progress progress =
            new Progress(new Pace(Duration.ofSeconds(10), 1000, Duration.ofMinutes(1)), second(100));

    private static long second(int second) {
        return Duration.ofSeconds(second).toNanos();
    }

    private boolean isTooSlow(int second, long bytes) {
        return progress.isTooSlow(second(100 + second), bytes);
    }

    @Test
    void silence_isTooSlowAfterThePatience() {
        assertThat(isTooSlow(10, 0)).isFalse();
        assertThat(isTooSlow(11, 9999)).isTrue();
    }

    @Test
    void leastRate_isEnoughForAsLongAsABodyMayTake() {
        for (int second = 10; second <= 60; second += 10) {
            assertThat(isTooSlow(second, second * 1000L)).isFalse();
        }
        assertThat(isTooSlow(61, 1_000_000)).isTrue();
    }

    @Test
    void muchAtOnce_isNoCreditForLater() {
        assertThat(isTooSlow(1, 1_000_000)).isFalse();
        assertThat(isTooSlow(12, 1_000_100)).isTrue();
    }
}
