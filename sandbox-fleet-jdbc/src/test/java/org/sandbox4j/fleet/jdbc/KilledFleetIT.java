package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.remote.Answers;
import org.sandbox4j.remote.FakeServer;
import org.sandbox4j.remote.fleet.FakeFleetServer;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;

/** A JVM is killed while its fleet executes and polls: whatever it was told to be recorded is there, and whole. */
@Tag("any-jdk")
class KilledFleetIT {
    private static final int KILLS = Integer.getInteger("sandbox4j.fleet.kills", 2);
    private static final int MOST_LINES = 60;

    private final long seed = System.nanoTime();

    @TempDir
    private Path directory;

    @Test
    void killedFleet_losesNothingThatWasRecorded_andHasNothingHalf() throws Exception {
        Path file = directory.resolve("fleet");
        Random random = new Random(seed);
        List<String> recorded = new ArrayList<>();
        FakeServer.Script answer = FakeServer.json(Answers.response(
                3, Answers.result("first", 0, "some output", ""), Answers.result("exit 3", 3, "", "some error")));
        for (int kill = 0; kill < KILLS; kill++) {
            try (FakeFleetServer server = new FakeFleetServer().on("execute", answer)) {
                recorded.addAll(KilledJvm.lines(
                        BusyFleet.class,
                        List.of(file.toString(), server.uri().toString()),
                        10 + random.nextInt(MOST_LINES)));
            }
            try (FleetStore store = JdbcFleetStore.h2(file)) {
                check(store, recorded);
            }
        }
    }

    private void check(FleetStore store, List<String> recorded) {
        assertThat(recorded)
                .anyMatch(line -> line.startsWith("request "))
                .noneMatch(line -> line.startsWith("failed "));
        List<Request> requests = store.requests(RequestQuery.ALL, Integer.MAX_VALUE);
        assertThat(requests).as("seed %d", seed).allSatisfy(request -> {
            assertThat(request.user()).contains("Ada");
            assertThat(request.response().orElseThrow().execution()).hasSize(2);
        });
        long server = store.servers().get(0).id();
        List<String> kept = new ArrayList<>();
        requests.forEach(request -> kept.add("request " + request.id() + "."));
        store.usages(server, Period.ALL, Integer.MAX_VALUE).forEach(usage -> kept.add("usage " + usage.date() + "."));
        assertThat(kept).as("seed %d", seed).containsAll(recorded);
    }
}
