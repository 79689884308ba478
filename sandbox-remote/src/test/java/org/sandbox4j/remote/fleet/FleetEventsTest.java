package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What subscribers are told, and that neither they nor the store hold polls up. */
class FleetEventsTest {
    private final FleetFixture fixture = new FleetFixture();
    private final SandboxFleet fleet = fixture.fleet;
    private final Listener listener = new Listener();

    private static class Listener implements Flow.Subscriber<FleetEvent> {
        private final List<FleetEvent> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch complete = new CountDownLatch(1);

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(FleetEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            complete.countDown();
        }

        List<Class<?>> kinds() {
            return List.copyOf(events.stream().map(Object::getClass).toList());
        }
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void subscriber_isToldOfChangesPollsAndRequests() throws Exception {
        fleet.events().subscribe(listener);
        SandboxServer server = fixture.add("a", fixture.fake());
        server.pollNow();
        Request request = fixture.execute();
        server.disable();
        ServerEntry disabled = server.entry();
        Usage last = server.pollNow();
        server.remove();
        fleet.close();
        listener.complete.await();
        assertThat(listener.kinds())
                .containsExactlyInAnyOrder(
                        FleetEvent.ServerChanged.class,
                        FleetEvent.SpecsPolled.class,
                        FleetEvent.UsagePolled.class,
                        FleetEvent.RequestRecorded.class,
                        FleetEvent.ServerChanged.class,
                        FleetEvent.UsagePolled.class,
                        FleetEvent.ServerRemoved.class);
        assertThat(listener.events.subList(3, 7))
                .containsExactly(
                        new FleetEvent.RequestRecorded(request),
                        new FleetEvent.ServerChanged(disabled),
                        new FleetEvent.UsagePolled(server.id(), last),
                        new FleetEvent.ServerRemoved(disabled));
    }

    @Test
    void newSubscriber_getsTheLastKnownAtOnce_alsoOfAnEarlierFleet() throws Exception {
        SandboxServer server = fixture.add("a", fixture.fake());
        server.pollNow();
        server.pollNow();
        SandboxServer unknown = fleet.addDisabled("b", URI.create("http://b/"));
        fleet.events().subscribe(listener);
        fixture.eventually(() -> listener.events.size() == 4);
        fleet.close();
        Listener later = new Listener();
        try (SandboxFleet next = SandboxFleet.builder(fixture.store).build()) {
            next.events().subscribe(later);
            fixture.eventually(() -> later.events.size() == 4);
        }
        FleetEvent[] known = {
            new FleetEvent.ServerChanged(server.entry()),
            new FleetEvent.ServerChanged(unknown.entry()),
            new FleetEvent.SpecsPolled(server.id(), server.specs(), server.containerSpecs()),
            new FleetEvent.UsagePolled(server.id(), server.usage().orElseThrow())
        };
        assertThat(listener.events).containsExactlyInAnyOrder(known);
        assertThat(later.events).containsExactlyInAnyOrder(known);
    }

    @Test
    void subscriberThatBlocks_holdsNothingUpAndIsToldWhatItMissed() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Listener blocked = new Listener() {
            @Override
            public void onNext(FleetEvent event) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                super.onNext(event);
            }
        };
        try (FleetFixture small = new FleetFixture(FleetStore.memory(), settings -> settings.queuedEvents(3))) {
            small.fleet.events().subscribe(blocked);
            small.fleet.events().subscribe(listener);
            SandboxServer server = small.fleet.addDisabled("a", URI.create("http://a/"));
            for (int i = 0; i < 10; i++) {
                server.pollNow();
                int told = i + 2;
                small.eventually(() -> listener.events.size() == told);
            }
            released.countDown();
        }
        blocked.complete.await();
        assertThat(blocked.events.stream().filter(FleetEvent.EventsMissed.class::isInstance))
                .singleElement()
                .satisfies(missed ->
                        assertThat(((FleetEvent.EventsMissed) missed).count()).isBetween(7L, 8L));
        assertThat(blocked.events).endsWith(listener.events.get(10));
    }

    @Test
    void storeThatHangs_doesNotHoldPollsUp() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        StoreView hanging = new StoreView() {
            @Override
            public void addUsage(long server, Usage usage) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new FleetStoreException("Interrupted.", e);
                }
                super.addUsage(server, usage);
            }
        };
        try (FleetFixture slow = new FleetFixture(hanging, settings -> settings.queuedRecords(2))) {
            FakeFleetServer fake = slow.fake();
            slow.add("a", fake);
            slow.fleet.start();
            for (int polls = 1; polls <= 6; polls++) {
                int expected = polls;
                slow.eventually(() -> {
                    slow.timer.runDue();
                    return fake.calls("usages") >= expected;
                });
                slow.eventually(() -> slow.timer.waiting() == 3);
                slow.timer.advance(Duration.ofSeconds(15));
            }
            released.countDown();
        }
    }

    @Test
    void storeThatFails_doesNotEndPolls() throws Exception {
        try (FleetFixture broken = new FleetFixture(new BrokenStore(), settings -> settings)) {
            SandboxServer server = broken.add("a", broken.fake());
            broken.fleet.events().subscribe(listener);
            assertThat(server.pollNow().reached()).isTrue();
            assertThat(server.pollNow().reached()).isTrue();
            broken.eventually(() -> listener.events.stream()
                            .filter(FleetEvent.UsagePolled.class::isInstance)
                            .count()
                    == 2);
            assertThat(listener.events).extracting("class").contains(FleetEvent.SpecsPolled.class);
        }
    }
}
