package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.Optional;
import org.sandbox4j.protocol.Usages;

/** What a fleet knows of one of its servers, in memory. Thread-safe. */
final class Member {
    private enum Reach {
        UNKNOWN,
        REACHED,
        UNREACHED
    }

    /** How much the newest latency counts. */
    private static final double NEWEST = 0.3;

    private static final double UNKNOWN_LATENCY = -1;

    private final EventHub hub;
    private final Catalog catalog;
    private ServerEntry entry;
    private SandboxSpecs sandbox = SandboxSpecs.UNKNOWN;
    private ContainerSpecs container = ContainerSpecs.UNKNOWN;
    private Offer offer;
    private Optional<Usage> usage = Optional.empty();
    private Reach reach = Reach.UNKNOWN;
    private int running;
    private int runningAtPoll;
    private int busyAtPoll;
    private long lastTaken;
    private double latencyMillis = UNKNOWN_LATENCY;
    private boolean removed;

    Member(ServerEntry entry, EventHub hub, Catalog catalog) {
        this.entry = entry;
        this.hub = hub;
        this.catalog = catalog;
        offer = Offer.of(sandbox, container, catalog);
    }

    /** What the store remembers of earlier times tells others, but not whether the server is there now. */
    synchronized void remember(SandboxSpecs oldSandbox, ContainerSpecs oldContainer, Optional<Usage> oldUsage) {
        takeSpecs(oldSandbox, oldContainer);
        usage = oldUsage;
        hub.remember(new FleetEvent.ServerChanged(entry));
        if (!sandbox.equals(SandboxSpecs.UNKNOWN) || !container.equals(ContainerSpecs.UNKNOWN)) {
            hub.remember(new FleetEvent.SpecsPolled(entry.id(), sandbox, container));
        }
        oldUsage.ifPresent(old -> hub.remember(new FleetEvent.UsagePolled(entry.id(), old)));
    }

    synchronized ServerEntry entry() {
        return entry;
    }

    synchronized boolean isRemoved() {
        return removed;
    }

    /** A server elsewhere, or one that is used again, is one of which nobody knows whether it answers. */
    synchronized void change(ServerEntry changed) {
        if (!changed.url().equals(entry.url()) || changed.enabled() != entry.enabled()) {
            reach = Reach.UNKNOWN;
            latencyMillis = UNKNOWN_LATENCY;
        }
        entry = changed;
        hub.publish(new FleetEvent.ServerChanged(changed));
    }

    synchronized void remove() {
        removed = true;
        hub.publish(new FleetEvent.ServerRemoved(entry));
    }

    /** Events of a server that was removed meanwhile would stay for ever. */
    synchronized void publish(FleetEvent event) {
        if (!removed) {
            hub.publish(event);
        }
    }

    /** Whether what was asked of the server still is about this one. */
    synchronized boolean isStill(ServerEntry asked) {
        return !removed && entry.url().equals(asked.url()) && entry.enabled() == asked.enabled();
    }

    synchronized SandboxSpecs sandbox() {
        return sandbox;
    }

    synchronized ContainerSpecs container() {
        return container;
    }

    synchronized void takeSpecs(SandboxSpecs newSandbox, ContainerSpecs newContainer) {
        sandbox = newSandbox;
        container = newContainer;
        offer = Offer.of(newSandbox, newContainer, catalog);
    }

    synchronized Optional<Usage> usage() {
        return usage;
    }

    /** Tells whether the server is back after it could not be reached. */
    synchronized boolean takeUsage(Usage polled) {
        boolean back = polled.reached() && reach == Reach.UNREACHED;
        usage = Optional.of(polled);
        reach = !polled.enabled() ? Reach.UNKNOWN : polled.reached() ? Reach.REACHED : Reach.UNREACHED;
        busyAtPoll = polled.load().map(Usages::containers).orElse(0);
        runningAtPoll = running;
        return back;
    }

    synchronized void unreached() {
        reach = Reach.UNREACHED;
    }

    /** Nobody looks any more whether it answers. */
    synchronized void unwatched() {
        reach = Reach.UNKNOWN;
    }

    /** It said so; the next poll may tell otherwise. */
    synchronized void full() {
        busyAtPoll = Math.max(offer.places(), busyAtPoll);
        runningAtPoll = running;
    }

    synchronized void measured(Duration latency) {
        double millis = Math.max(0, latency.toNanos() / 1e6);
        latencyMillis = latencyMillis == UNKNOWN_LATENCY ? millis : NEWEST * millis + (1 - NEWEST) * latencyMillis;
    }

    synchronized void taken(long turn) {
        running++;
        lastTaken = turn;
    }

    synchronized void released() {
        running--;
    }

    /** How good a choice it is, if it is one. */
    synchronized Optional<Rank> rank(Requirements requirements) {
        if (removed || !entry.enabled() || reach == Reach.UNREACHED || !offer.meets(requirements)) {
            return Optional.empty();
        }
        // What runs since the poll is not in what was polled.
        int busy = Math.max(running, busyAtPoll + running - runningAtPoll);
        return Optional.of(
                new Rank(reach != Reach.REACHED, (double) busy / offer.places(), Rank.step(latencyMillis), lastTaken));
    }
}
