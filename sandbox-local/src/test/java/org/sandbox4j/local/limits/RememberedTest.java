package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private final AtomicInteger trials = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

    private Remembered<Integer> goodFrom(int trial) {
        return new Remembered<>(trials::incrementAndGet, answer -> answer >= trial, Duration.ofNanos(10), now::get);
    }

    @Test
    void get_notAsked_triesNothing() {
        Remembered<Integer> unused = goodFrom(1);
        assertThat(trials).hasValue(0);
        assertThat(unused.get()).isEqualTo(1);
    }

    @Test
    void get_goodAnswer_isKept() {
        Remembered<Integer> remembered = goodFrom(1);
        assertThat(remembered.get()).isEqualTo(1);
        now.addAndGet(1_000_000);
        assertThat(remembered.get()).isEqualTo(1);
    }

    @Test
    void get_badAnswer_isKeptForSomeTime() {
        Remembered<Integer> remembered = goodFrom(3);
        assertThat(remembered.get()).isEqualTo(1);
        now.addAndGet(9);
        assertThat(remembered.get()).isEqualTo(1);
        now.addAndGet(1);
        assertThat(remembered.get()).isEqualTo(2);
        now.addAndGet(10);
        assertThat(remembered.get()).isEqualTo(3);
        now.addAndGet(10);
        assertThat(remembered.get()).isEqualTo(3);
    }
}
