package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sandbox4j.remote.SandboxClient;

/** The parts of a fleet, put together. */
final class FleetCore implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLEANING_INTERVAL = Duration.ofHours(1);

    private final FleetTimer timer;
    private final Recorder recorder;
    private final Polling polling;
    private final OpenDoor door = new OpenDoor();
    /** One thread for each subscriber that is being told something. */
    private final ExecutorService subscribers =
            Executors.newCachedThreadPool(task -> Daemons.thread(task, "sandbox4j-fleet-events"));

    private Runnable cancelCleaning = () -> {};
    final FleetStore store;
    final EventHub hub;
    final SandboxClient client;
    final Roster roster;
    final PollPlan plan;
    final Picker picker;
    final Dispatcher dispatcher;

    FleetCore(SandboxFleetBuilder settings) {
        store = settings.store();
        hub = new EventHub(subscribers, settings.queuedEvents());
        Catalog catalog = new Catalog();
        roster = new Roster(store, hub, catalog);
        picker = new Picker(roster.members());
        timer = settings.timer();
        client = settings.client();
        recorder = new Recorder(settings.queuedRecords());
        polling = new Polling(
                client.within(settings.pollDeadline()).once(),
                new PollGate(settings.concurrentPolls()),
                timer,
                store,
                recorder,
                catalog);
        plan = new PollPlan(polling, timer, settings.random(), settings.usageInterval(), settings.specsInterval());
        dispatcher = new Dispatcher(client, settings.deadline(), timer, store, hub, roster, picker, plan::isStarted);
        roster.members().forEach(plan::add);
    }

    <T> T inside(OpenDoor.Visit<T> visit) throws InterruptedException {
        return door.pass(visit);
    }

    void checkOpen() {
        door.check();
    }

    synchronized void start() {
        door.check();
        if (!plan.isStarted()) {
            plan.start();
            cancelCleaning = timer.after(CLEANING_INTERVAL, this::clean);
        }
    }

    private synchronized void clean() {
        if (plan.isStarted()) {
            recorder.write(() -> store.clean(timer.now()), () -> {});
            cancelCleaning = timer.after(CLEANING_INTERVAL, this::clean);
        }
    }

    synchronized void stop() {
        plan.stop();
        cancelCleaning.run();
        roster.members().forEach(Member::unwatched);
    }

    /** Both polls at once; what they bring is in the store then. */
    private CompletableFuture<Usage> poll(Member member) {
        return polling.usage(member, () -> {})
                .thenCombine(polling.specs(member), (usage, succeeded) -> usage)
                .thenCompose(usage -> recorder.upToHere().thenApply(recorded -> usage));
    }

    Usage pollNow(Member member) throws InterruptedException {
        try {
            return door.pass(() -> poll(member)).get();
        } catch (CancellationException | ExecutionException e) {
            throw new IllegalStateException("The fleet was closed during the poll.", e);
        }
    }

    /** Requests that are under way are ended and recorded. */
    @Override
    public void close() {
        if (!door.close()) {
            return;
        }
        stop();
        client.close();
        try {
            door.awaitEmpty(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.close();
        recorder.close();
        hub.close();
        subscribers.shutdown();
    }
}
