package org.sandbox4j.remote.fleet;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.sandbox4j.protocol.ExecuteRequest;

/** A fleet with a time that stands still, and its servers. */
final class FleetFixture implements AutoCloseable {
    static final ExecuteRequest TRUE = ExecuteRequest.builder().command("true").build();

    final ManualTimer timer = new ManualTimer();
    final FleetStore store;
    final SandboxFleet fleet;
    private final List<FakeFleetServer> servers = new ArrayList<>();

    FleetFixture() {
        this(FleetStore.memory(), builder -> builder);
    }

    FleetFixture(FleetStore store, UnaryOperator<SandboxFleetBuilder> settings) {
        this.store = store;
        RandomGenerator always = () -> 0;
        fleet = settings.apply(SandboxFleet.builder(store)
                        .client(client -> client.backoff(2, Duration.ZERO, Duration.ZERO))
                        .time(timer, always))
                .build();
    }

    FakeFleetServer fake() throws IOException {
        FakeFleetServer fake = new FakeFleetServer();
        servers.add(fake);
        return fake;
    }

    SandboxServer add(String name, FakeFleetServer fake) {
        return fleet.add(name, fake.uri());
    }

    Request execute() throws InterruptedException {
        return fleet.execute(TRUE);
    }

    /** Until the condition holds, since answers come in threads of their own. */
    void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    /** Does what is due, and waits until that many usages of the server are recorded. */
    void usages(SandboxServer server, int count) {
        timer.runDue();
        eventually(() -> server.usages(1000).size() >= count);
    }

    Optional<Usage> latest(SandboxServer server) {
        return server.usages(1).stream().findFirst();
    }

    @Override
    public void close() throws IOException {
        fleet.close();
        for (FakeFleetServer server : servers) {
            server.close();
        }
    }
}
