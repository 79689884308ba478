package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The two polls of each server, and how often they are. Thread-safe. */
final class PollPlan {
    static final Duration LEAST_USAGE_INTERVAL = Duration.ofSeconds(15);
    static final Duration LEAST_SPECS_INTERVAL = Duration.ofMinutes(5);

    private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);

    private record Polls(Poll usage, Poll specs) {
        void each(Consumer<Poll> action) {
            action.accept(usage);
            action.accept(specs);
        }
    }

    private final Polling polling;
    private final FleetTimer timer;
    private final RandomGenerator random;
    private final Map<Long, Polls> polls = new HashMap<>();
    private volatile Duration usageInterval;
    private volatile Duration specsInterval;
    private volatile boolean started;

    PollPlan(
            Polling polling, FleetTimer timer, RandomGenerator random, Duration usageInterval, Duration specsInterval) {
        this.polling = polling;
        this.timer = timer;
        this.random = random;
        this.usageInterval = usageInterval;
        this.specsInterval = specsInterval;
    }

    static Duration checked(Duration interval, Duration least, String what) {
        if (interval.compareTo(least) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException(what + " are polled at most every " + least.toSeconds()
                    + " seconds and at least once a year, not every " + interval + ".");
        }
        return interval;
    }

    /** One that was removed meanwhile stays so. */
    synchronized void add(Member member) {
        if (member.isRemoved()) {
            return;
        }
        Poll specs = new Poll(timer, random, () -> specsInterval, () -> polling.specs(member));
        Poll usage = new Poll(
                timer,
                random,
                () -> usageInterval,
                () -> polling.usage(member, specs::hurry).thenApply(polled -> polled.reached() || !polled.enabled()));
        Polls both = new Polls(usage, specs);
        polls.put(member.entry().id(), both);
        if (started) {
            both.each(Poll::start);
        }
    }

    synchronized void remove(Member member) {
        Polls both = polls.remove(member.entry().id());
        if (both != null) {
            both.each(Poll::stop);
        }
    }

    synchronized void hurry(Member member) {
        Polls both = polls.get(member.entry().id());
        if (both != null) {
            both.each(Poll::hurry);
        }
    }

    boolean isStarted() {
        return started;
    }

    synchronized void start() {
        started = true;
        polls.values().forEach(both -> both.each(Poll::start));
    }

    synchronized void stop() {
        started = false;
        polls.values().forEach(both -> both.each(Poll::stop));
    }

    synchronized void usageInterval(Duration interval) {
        usageInterval = interval;
        polls.values().forEach(both -> both.usage().intervalChanged());
    }

    Duration usageInterval() {
        return usageInterval;
    }

    synchronized void specsInterval(Duration interval) {
        specsInterval = interval;
        polls.values().forEach(both -> both.specs().intervalChanged());
    }

    Duration specsInterval() {
        return specsInterval;
    }
}
