package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.remote.Answers;
import org.sandbox4j.remote.FakeServer;

/** Thousands of servers are polled by few threads. */
class ManyServersTest {
    private static final int SERVERS = 2000;
    private static final int CONCURRENT = 16;

    @Test
    void polls_ofTwoThousandServers_takeFewThreadsAndConnections() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (FleetFixture fixture =
                new FleetFixture(FleetStore.memory(), settings -> settings.concurrentPolls(CONCURRENT))) {
            FakeFleetServer fake = fixture.fake()
                    .on("specifications", kept(Answers.SPECIFICATIONS))
                    .on("libraries", kept(Answers.LIBRARIES))
                    .on("usages", exchange -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        if (calls.incrementAndGet() % 100 == 0) {
                            threads.addAll(fleetThreads(before));
                        }
                        running.decrementAndGet();
                        kept(Answers.USAGES).answer(exchange);
                    });
            for (int i = 0; i < SERVERS; i++) {
                fixture.fleet.add("server " + i, fake.uri().resolve(i + "/"));
            }
            fixture.fleet.start();
            fixture.timer.runDue();
            // Two polls of each, and the cleaning.
            fixture.eventually(() -> fixture.timer.waiting() == 2 * SERVERS + 1);
            assertThat(fixture.fleet.servers())
                    .allMatch(server -> server.usage().orElseThrow().reached())
                    .allMatch(server -> server.containerSpecs().polled());
            Libraries contents = libraries(fixture, fixture.fleet.servers().get(0));
            assertThat(fixture.fleet.servers())
                    .allSatisfy(server -> assertThat(libraries(fixture, server))
                            .as("kept once")
                            .isSameAs(contents));
        }
        assertThat(most.get()).isBetween(1, CONCURRENT);
        // The timer, the recorder, the client's timer and selector, and its workers: some for each call under way.
        assertThat(threads).hasSizeBetween(3, 8 * CONCURRENT);
    }

    private static Libraries libraries(FleetFixture fixture, SandboxServer server) {
        return fixture.store.containerSpecs(server.id()).libraries().orElseThrow();
    }

    private static FakeServer.Script kept(String body) {
        return exchange -> {
            exchange.keep();
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        };
    }

    private static Set<String> fleetThreads(Set<Thread> before) {
        Set<String> names = ConcurrentHashMap.newKeySet();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean ours = thread.getName().startsWith("HttpClient")
                    || thread.getName().startsWith("sandbox4j");
            if (ours && !before.contains(thread)) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
