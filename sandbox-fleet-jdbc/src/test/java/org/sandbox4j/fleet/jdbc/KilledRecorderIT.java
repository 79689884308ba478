package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.remote.fleet.UsageSummary;

/** JVMs that record requests and usages are killed at any moment: what they said they had recorded is there, and nothing is half. */
@Tag("any-jdk")
class KilledRecorderIT {
    private static final int KILLS = Integer.getInteger("sandbox4j.fleet.kills", 3);
    private static final int MOST_LINES = 60;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    private Path directory;

    @Test
    void h2_losesNothingThatWasRecorded_andHasNothingHalf() throws IOException, InterruptedException {
        Path file = directory.resolve("fleet");
        killAndCheck(List.of("h2", file.toString()), () -> JdbcFleetStore.h2(file));
    }

    @Test
    void postgresql_losesNothingThatWasRecorded_andHasNothingHalf() throws IOException, InterruptedException {
        try (PostgresServer postgres = PostgresServer.start()) {
            killAndCheck(
                    List.of("postgresql", postgres.url()),
                    () -> JdbcFleetStore.postgresql(postgres.url(), PostgresServer.USER, PostgresServer.PASSWORD));
        }
    }

    private void killAndCheck(List<String> arguments, Supplier<FleetStore> database)
            throws IOException, InterruptedException {
        List<String> recorded = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> lines = KilledJvm.lines(Recorder.class, arguments, 1 + random.nextInt(MOST_LINES));
            assertThat(lines).isNotEmpty();
            recorded.addAll(lines);
            try (FleetStore store = database.get()) {
                check(store, recorded);
            }
        }
    }

    private void check(FleetStore store, List<String> recorded) {
        long server = store.servers().get(0).id();
        List<Request> requests = store.requests(RequestQuery.ALL, Integer.MAX_VALUE);
        assertThat(requests).as("seed %d", seed).allSatisfy(KilledRecorderIT::assertWhole);
        assertThat(requests.stream().map(request -> "request " + request.id() + "."))
                .as("seed %d", seed)
                .containsAll(of("request", recorded));

        List<Usage> usages = store.usages(server, Period.ALL, Integer.MAX_VALUE);
        assertThat(usages.stream().map(usage -> "usage " + usage.date() + "."))
                .as("seed %d", seed)
                .containsAll(of("usage", recorded));
        assertThat(store.usageSummaries(server, Period.ALL, Duration.ofHours(1)).stream()
                        .mapToLong(UsageSummary::polls)
                        .sum())
                .as("seed %d", seed)
                .isEqualTo(usages.size());
    }

    private static List<String> of(String kind, List<String> recorded) {
        return recorded.stream().filter(line -> line.startsWith(kind + " ")).toList();
    }

    private static void assertWhole(Request request) {
        assertThat(request.response().orElseThrow().execution())
                .extracting(CommandResult::exitCode)
                .containsExactlyElementsOf(
                        IntStream.range(0, Recorder.RESULTS).boxed().toList());
    }
}
