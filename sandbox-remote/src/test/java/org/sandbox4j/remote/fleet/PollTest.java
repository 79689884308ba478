package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PollTest {
    /** The middle of all that may come by chance. */
    private static final RandomGenerator MIDDLE = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    private final ManualTimer timer = new ManualTimer();
    private final Instant start = timer.now();
    private final List<Duration> runs = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> tasks = new ArrayList<>();
    private Duration interval = Duration.ofSeconds(20);
    private boolean succeeds = true;
    private boolean ends = true;
    private final Poll poll = new Poll(timer, MIDDLE, () -> interval, this::run);

    private CompletableFuture<Boolean> run() {
        runs.add(Duration.between(start, timer.now()));
        CompletableFuture<Boolean> task = new CompletableFuture<>();
        tasks.add(task);
        if (ends) {
            task.complete(succeeds);
        }
        return task;
    }

    private List<Long> seconds() {
        return runs.stream().map(Duration::toSeconds).toList();
    }

    @Test
    void start_runsAtOnceThenEarlierThenInIntervals() {
        timer.advance(Duration.ofMinutes(1));
        assertThat(runs).isEmpty();
        poll.start();
        timer.advance(Duration.ofSeconds(60));
        assertThat(seconds()).containsExactly(60L, 75L, 95L, 115L);
    }

    @Test
    void jitter_isUpToATenth() {
        for (double chance : List.of(0.0, 0.999)) {
            Poll other = new Poll(timer, chance(chance), () -> interval, this::run);
            runs.clear();
            other.start();
            timer.advance(Duration.ofSeconds(45));
            other.stop();
            Duration second = runs.get(2).minus(runs.get(1));
            assertThat(second).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(22));
            assertThat(second.toSeconds()).isEqualTo(chance == 0 ? 18 : 21);
        }
    }

    private static RandomGenerator chance(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }

    @Test
    void failures_doubleTheWaitUpToFiveMinutes_andASuccessEndsThat() {
        poll.start();
        succeeds = false;
        timer.advance(Duration.ofMinutes(17));
        List<Long> seconds = seconds();
        assertThat(seconds.subList(0, 6)).containsExactly(0L, 30L, 110L, 270L, 570L, 870L);
        succeeds = true;
        timer.advance(Duration.ofMinutes(3));
        timer.advance(Duration.ofMinutes(1));
        assertThat(seconds().subList(6, 9)).containsExactly(1170L, 1190L, 1210L);
    }

    @Test
    void longInterval_failuresDoNotMakeItLonger() {
        interval = Duration.ofMinutes(10);
        succeeds = false;
        poll.start();
        timer.advance(Duration.ofMinutes(30));
        assertThat(seconds()).containsExactly(0L, 450L, 1050L, 1650L);
    }

    @Test
    void slowTask_isNotRunTwiceAtATime() {
        ends = false;
        poll.start();
        timer.advance(Duration.ofMinutes(5));
        assertThat(seconds()).containsExactly(0L);
        tasks.get(0).complete(true);
        timer.runDue();
        assertThat(seconds()).containsExactly(0L, 300L);
    }

    @Test
    void stop_endsIt_alsoWhatIsUnderWay() {
        ends = false;
        poll.start();
        timer.runDue();
        poll.stop();
        tasks.get(0).complete(true);
        timer.advance(Duration.ofHours(1));
        assertThat(runs).hasSize(1);
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void hurry_runsAtOnce_orOnceMoreAfterwards() {
        poll.hurry();
        assertThat(timer.waiting()).isZero();
        poll.start();
        timer.advance(Duration.ofSeconds(5));
        ends = false;
        poll.hurry();
        timer.runDue();
        poll.hurry();
        timer.runDue();
        assertThat(seconds()).containsExactly(0L, 5L);
        ends = true;
        tasks.get(1).complete(true);
        timer.runDue();
        assertThat(seconds()).containsExactly(0L, 5L, 5L);
    }

    @Test
    void intervalChanged_countsFromTheLastRun() {
        poll.start();
        timer.advance(Duration.ofSeconds(30));
        assertThat(seconds()).containsExactly(0L, 15L);
        interval = Duration.ofSeconds(60);
        poll.intervalChanged();
        timer.advance(Duration.ofSeconds(44));
        assertThat(seconds()).containsExactly(0L, 15L);
        timer.advance(Duration.ofSeconds(1));
        assertThat(seconds()).containsExactly(0L, 15L, 75L);
        interval = Duration.ofSeconds(15);
        timer.advance(Duration.ofSeconds(30));
        poll.intervalChanged();
        timer.runDue();
        assertThat(seconds()).containsExactly(0L, 15L, 75L, 105L);
    }
}
