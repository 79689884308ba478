package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.SandboxClientBuilder;

/** Collects how a fleet behaves. Not thread-safe. */
public final class SandboxFleetBuilder {
    /** Never called: each server has its own address. */
    private static final URI NOWHERE = URI.create("http://localhost/");

    private static final Duration YEAR = Duration.ofDays(365);

    private final SandboxClientBuilder client = SandboxClient.builder(NOWHERE);
    private final FleetStore store;
    private Supplier<FleetTimer> timer = SystemTimer::new;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private Duration usageInterval = Duration.ofSeconds(15);
    private Duration specsInterval = Duration.ofMinutes(10);
    private Duration pollDeadline = Duration.ofSeconds(10);
    private Duration deadline = Duration.ofMinutes(5);
    private int concurrentPolls = 64;
    private int queuedRecords = 10_000;
    private int queuedEvents = 1000;

    SandboxFleetBuilder(FleetStore store) {
        this.store = store;
    }

    /**
     * Sets how to talk to servers: token, TLS, limits, waits. The same for all of them, so that each gets the token. Deadlines are
     * the fleet's.
     *
     * @param settings changes the settings, {@link SandboxClient#builder(URI)}'s by default
     * @return this builder
     */
    public SandboxFleetBuilder client(Consumer<SandboxClientBuilder> settings) {
        settings.accept(client);
        return this;
    }

    /**
     * Sets how often usages are polled.
     *
     * @param interval from start to start, at least 15 seconds; 15 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, or longer than a year
     */
    public SandboxFleetBuilder pollUsagesEvery(Duration interval) {
        usageInterval = PollPlan.checked(interval, PollPlan.LEAST_USAGE_INTERVAL, "Usages");
        return this;
    }

    /**
     * Sets how often specifications and libraries are polled.
     *
     * @param interval from start to start, at least 300 seconds; 600 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, or longer than a year
     */
    public SandboxFleetBuilder pollSpecsEvery(Duration interval) {
        specsInterval = PollPlan.checked(interval, PollPlan.LEAST_SPECS_INTERVAL, "Specifications");
        return this;
    }

    /**
     * Sets how long a server may take to answer a poll; it then counts as not reached.
     *
     * @param limit more than 0, at most a year; 10 seconds by default. Plain servers take two seconds for their usage
     * @return this builder
     */
    public SandboxFleetBuilder pollDeadline(Duration limit) {
        pollDeadline = positive(limit);
        return this;
    }

    /**
     * Sets how long a request or a download may take, on all servers together.
     *
     * @param limit more than 0, at most a year; 5 minutes by default
     * @return this builder
     */
    public SandboxFleetBuilder deadline(Duration limit) {
        deadline = positive(limit);
        return this;
    }

    /**
     * Sets how many polls are under way at a time; the others wait.
     *
     * @param count at least 1; 64 by default
     * @return this builder
     */
    public SandboxFleetBuilder concurrentPolls(int count) {
        concurrentPolls = atLeastOne(count);
        return this;
    }

    /**
     * Sets how many events wait for a slow subscriber, of which more are lost.
     *
     * @param count at least 1, beside those that are known when it subscribes; 1000 by default
     * @return this builder
     */
    public SandboxFleetBuilder queuedEvents(int count) {
        queuedEvents = atLeastOne(count);
        return this;
    }

    /**
     * Sets how many polls wait for a slow store, of which more are not recorded.
     *
     * @param count at least 1; 10,000 by default
     * @return this builder
     */
    public SandboxFleetBuilder queuedRecords(int count) {
        queuedRecords = atLeastOne(count);
        return this;
    }

    SandboxFleetBuilder time(FleetTimer newTimer, RandomGenerator newRandom) {
        timer = () -> newTimer;
        random = newRandom;
        return this;
    }

    /**
     * Makes the fleet, with the servers that the store has. Nothing is polled before it is started.
     *
     * @return the fleet, to be closed
     * @throws FleetStoreException if the store cannot be read
     */
    public SandboxFleet build() {
        return new SandboxFleet(this);
    }

    FleetStore store() {
        return store;
    }

    FleetTimer timer() {
        return timer.get();
    }

    RandomGenerator random() {
        return random;
    }

    SandboxClient client() {
        return client.deadline(deadline).build();
    }

    Duration usageInterval() {
        return usageInterval;
    }

    Duration specsInterval() {
        return specsInterval;
    }

    Duration pollDeadline() {
        return pollDeadline;
    }

    Duration deadline() {
        return deadline;
    }

    int concurrentPolls() {
        return concurrentPolls;
    }

    int queuedRecords() {
        return queuedRecords;
    }

    int queuedEvents() {
        return queuedEvents;
    }

    private static Duration positive(Duration limit) {
        if (limit.isZero() || limit.isNegative() || limit.compareTo(YEAR) > 0) {
            throw new IllegalArgumentException("Must be more than 0 and at most a year: " + limit);
        }
        return limit;
    }

    private static int atLeastOne(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Must be at least 1: " + count);
        }
        return count;
    }

    @Override
    public String toString() {
        return "SandboxFleetBuilder[usages every " + usageInterval + ", specifications every " + specsInterval + "]";
    }
}
