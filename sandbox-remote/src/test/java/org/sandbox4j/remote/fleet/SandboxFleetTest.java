package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.remote.Answers;
import org.sandbox4j.remote.EnvironmentNotFoundException;
import org.sandbox4j.remote.FakeServer;

/** Servers of a fleet and their polls. */
class SandboxFleetTest {
    private static final URI ANYWHERE = URI.create("http://127.0.0.1:1/");

    private final FleetFixture fixture = new FleetFixture();
    private final SandboxFleet fleet = fixture.fleet;

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void add_keepsNameAndNormalisedUrl() {
        SandboxServer server = fleet.add("a", URI.create("HTTP://Host:80"));
        assertThat(server.entry()).isEqualTo(new ServerEntry(server.id(), "a", URI.create("http://host/"), true));
        assertThat(fleet.addDisabled("b", ANYWHERE).enabled()).isFalse();
        assertThat(fleet.servers()).extracting(SandboxServer::name).containsExactly("a", "b");
        assertThat(fleet.server("a")).contains(server);
        assertThat(fleet.server(server.id())).contains(server);
        assertThat(fleet.server("c")).isEmpty();
    }

    @Test
    void invalidServers_areRefusedByFieldAndChangeNothing() {
        SandboxServer server = fleet.add("a", URI.create("http://a"));
        fleet.add("b", URI.create("http://b"));
        assertRefused("name", () -> fleet.add("a", ANYWHERE));
        assertRefused("name", () -> fleet.add("x".repeat(257), ANYWHERE));
        assertRefused("name", () -> fleet.add(" ", ANYWHERE));
        assertRefused("name", () -> server.rename("b"));
        assertRefused("url", () -> fleet.add("c", URI.create("http://A/")));
        assertRefused("url", () -> fleet.add("c", URI.create("ftp://c/")));
        assertRefused("url", () -> server.move(URI.create("http://b:80/")));
        assertThat(fleet.servers()).extracting(SandboxServer::name).containsExactly("a", "b");
        assertThat(server.url()).isEqualTo(URI.create("http://a/"));
    }

    private static void assertRefused(String field, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void changes_areStored() {
        SandboxServer server = fleet.add("a", ANYWHERE);
        server.rename("b");
        server.move(URI.create("https://c"));
        server.disable();
        ServerEntry expected = new ServerEntry(server.id(), "b", URI.create("https://c/"), false);
        assertThat(server.entry()).isEqualTo(expected);
        assertThat(fixture.store.servers()).containsExactly(expected);
        server.enable();
        server.remove();
        server.remove();
        assertThat(fixture.store.servers()).isEmpty();
        assertThat(fleet.servers()).isEmpty();
        assertThatThrownBy(() -> server.rename("d"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The server 'b' was removed from its fleet.");
        assertThatThrownBy(server::pollNow).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 14, 31_536_001})
    void pollUsagesEvery_outOfBounds_isRefused(long seconds) {
        Duration interval = Duration.ofSeconds(seconds);
        assertThatThrownBy(() -> fleet.pollUsagesEvery(interval))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 seconds");
        assertThatThrownBy(() -> SandboxFleet.builder().pollUsagesEvery(interval))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fleet.usageInterval()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void pollSpecsEvery_lessThanFiveMinutes_isRefused() {
        assertThatThrownBy(() -> fleet.pollSpecsEvery(Duration.ofSeconds(299)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("300 seconds");
        assertThat(fleet.specsInterval()).isEqualTo(Duration.ofMinutes(10));
        fleet.pollSpecsEvery(Duration.ofMinutes(5));
        assertThat(fleet.specsInterval()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void polls_runOnlyWhileTheFleetIsStarted() throws IOException {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        fixture.timer.advance(Duration.ofHours(1));
        assertThat(fixture.timer.waiting()).isZero();

        fleet.start();
        fleet.start();
        fixture.usages(server, 1);
        fixture.eventually(() -> server.containerSpecs().polled());
        assertThat(fake.calls()).isEqualTo(3);
        awaitScheduled(3); // Two polls and the cleaning.

        fleet.stop();
        assertThat(fixture.timer.waiting()).isZero();
        fixture.timer.advance(Duration.ofHours(1));
        assertThat(fake.calls()).isEqualTo(3);

        fleet.start();
        fixture.usages(server, 2);
        assertThat(fake.calls("usages")).isEqualTo(2);
    }

    private void awaitScheduled(int tasks) {
        fixture.eventually(() -> fixture.timer.waiting() == tasks);
    }

    @Test
    void poll_answers_areRecordedWithTimes() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        assertThat(server.specs()).isEqualTo(SandboxSpecs.UNKNOWN);
        assertThat(server.usage()).isEmpty();
        Instant first = fixture.timer.now();
        Usage usage = server.pollNow();
        assertThat(usage.reached()).isTrue();
        assertThat(usage.date()).isEqualTo(first);
        assertThat(usage.load().orElseThrow().io().readOperations()).containsEntry("/dev/vda", 59L);
        assertThat(usage.load().orElseThrow().network().receivedBytes()).isEqualTo(7_576_345);
        assertThat(server.usages(10)).containsExactly(usage);
        assertThat(server.specs().host().orElseThrow().memory().ramBytes()).isEqualTo(25_276_514_304L);
        assertThat(server.specs().lastSuccess()).contains(first);
        assertThat(server.specs().lastFailure()).isEmpty();
        assertThat(server.containerSpecs().container().orElseThrow().count()).isEqualTo(4);
        assertThat(server.containerSpecs().libraries().orElseThrow().programs()).containsExactly("awk");

        fake.on("libraries", FakeServer.status(500, ""));
        fixture.timer.advance(Duration.ofMinutes(1));
        Instant second = fixture.timer.now();
        server.pollNow();
        assertThat(server.specs().lastSuccess()).contains(second);
        assertThat(server.containerSpecs().lastSuccess()).contains(first);
        assertThat(server.containerSpecs().lastFailure()).contains(second);
        assertThat(server.containerSpecs().libraries()).isPresent();

        fake.on("specifications", FakeServer.json("{}"));
        fixture.timer.advance(Duration.ofMinutes(1));
        server.pollNow();
        assertThat(server.specs().polled()).isTrue();
        assertThat(server.specs().lastSuccess()).contains(second);
        assertThat(server.specs().lastFailure()).contains(fixture.timer.now());
        assertThat(fixture.store.sandboxSpecs(server.id())).isEqualTo(server.specs());
        assertThat(fixture.store.containerSpecs(server.id())).isEqualTo(server.containerSpecs());
        assertThat(server.usages(10))
                .hasSize(3)
                .isSortedAccordingTo((a, b) -> b.date().compareTo(a.date()));
        assertThat(server.usages(new Period(first, second), 10)).containsExactly(usage);
        assertThat(server.usageSummaries(Period.ALL, Duration.ofHours(1))).hasSize(1);
    }

    @Test
    void disabledServer_isNotCalledAndHasRowsThatSaySo() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fleet.addDisabled("a", fake.uri());
        fleet.start();
        fixture.usages(server, 1);
        fixture.timer.advance(Duration.ofSeconds(60));
        fixture.eventually(() -> server.usages(10).size() >= 4);
        assertThat(server.usages(10)).allSatisfy(row -> {
            assertThat(row.enabled()).isFalse();
            assertThat(row.reached()).isFalse();
        });
        assertThat(server.pollNow().enabled()).isFalse();
        assertThat(fake.calls()).isZero();
        assertThat(server.specs()).isEqualTo(SandboxSpecs.UNKNOWN);

        server.enable();
        fixture.timer.runDue();
        fixture.eventually(() -> server.usage().orElseThrow().reached());
        server.disable();
        fixture.timer.runDue();
        assertThat(server.usage().orElseThrow().enabled()).isFalse();
    }

    @Test
    void unreachableServer_everyFailureIsARow() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        List<FakeServer.Script> failures = List.of(
                FakeServer.status(503, "Sandbox overloaded, retry after a few seconds."),
                FakeServer.status(500, "<html>"),
                FakeServer.status(401, "no"),
                FakeServer.json("nonsense"),
                FakeServer.json("{\"cpu\": 1}"),
                FakeServer.raw("not HTTP\r\n\r\n"),
                exchange -> {});
        for (FakeServer.Script failure : failures) {
            fake.always(failure);
            assertThat(server.pollNow()).isEqualTo(Usage.unreached(fixture.timer.now()));
            fixture.timer.advance(Duration.ofSeconds(1));
        }
        SandboxServer nobody = fleet.add("b", ANYWHERE);
        assertThat(nobody.pollNow()).isEqualTo(Usage.unreached(fixture.timer.now()));
        assertThat(server.usages(10)).hasSize(failures.size());
        assertThat(server.specs().polled()).isFalse();
        assertThat(server.specs().lastFailure()).isPresent();
    }

    @Test
    void overloadedServer_isNotAskedAgainByTheSamePoll() throws Exception {
        FakeFleetServer fake = fixture.fake().always(FakeServer.status(503, Answers.OVERLOADED));
        assertThat(fixture.add("a", fake).pollNow().reached()).isFalse();
        assertThat(fake.calls("usages")).isOne();
    }

    @Test
    void silentServer_isUnreachedAfterTheDeadline() throws Exception {
        try (FleetFixture quick =
                new FleetFixture(FleetStore.memory(), settings -> settings.pollDeadline(Duration.ofMillis(50)))) {
            SandboxServer server = quick.add("a", quick.fake().always(FakeServer.Exchange::stall));
            assertThat(server.pollNow().reached()).isFalse();
        }
    }

    @Test
    void intervals_changeForExistingServers() throws Exception {
        SandboxServer server = fleet.addDisabled("a", ANYWHERE);
        fleet.start();
        fixture.timer.advance(Duration.ofMinutes(10));
        fixture.eventually(() -> fixture.latest(server).isPresent());
        long quick = rowsOfTenMinutes(server);
        fleet.pollUsagesEvery(Duration.ofMinutes(1));
        long slow = rowsOfTenMinutes(server);
        assertThat(quick).isBetween(36L, 45L);
        assertThat(slow).isBetween(9L, 12L);
    }

    private long rowsOfTenMinutes(SandboxServer server) throws InterruptedException {
        Instant start = fixture.timer.now();
        fixture.timer.advance(Duration.ofMinutes(10));
        server.pollNow();
        return server.usages(new Period(start, fixture.timer.now()), 1000).size();
    }

    @Test
    void remove_endsPolls() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        fleet.start();
        fixture.usages(server, 1);
        fixture.eventually(() -> server.containerSpecs().polled());
        awaitScheduled(3);
        server.remove();
        assertThat(fixture.timer.waiting()).as("the cleaning").isOne();
        fixture.timer.advance(Duration.ofHours(2));
        assertThat(fake.calls()).isEqualTo(3);
        assertThat(fixture.store.usages(server.id(), Period.ALL, 10)).isEmpty();
    }

    @Test
    void remove_duringAPoll_leavesNothing() throws Exception {
        FakeFleetServer fake = fixture.fake().always(FakeServer.Exchange::stall);
        SandboxServer server = fixture.add("a", fake);
        fleet.start();
        fixture.timer.runDue();
        fixture.eventually(() -> fake.calls() == 3);
        server.remove();
        fake.close();
        fleet.close();
        assertThat(server.usage()).isEmpty();
    }

    @Test
    void returnedServer_isAskedForItsSpecificationsAtOnce() throws Exception {
        FakeFleetServer fake = fixture.fake().always(FakeServer.status(500, ""));
        SandboxServer server = fixture.add("a", fake);
        fleet.start();
        fixture.usages(server, 1);
        fixture.eventually(() -> server.specs().lastFailure().isPresent());
        awaitScheduled(3);
        fake.on("specifications", FakeServer.json(Answers.SPECIFICATIONS));
        fake.on("libraries", FakeServer.json(Answers.LIBRARIES));
        fake.on("usages", FakeServer.json(Answers.USAGES));
        fixture.timer.advance(Duration.ofSeconds(30));
        fixture.eventually(() -> {
            fixture.timer.runDue();
            return server.containerSpecs().polled();
        });
    }

    @Test
    void move_pollsThereAtOnceAndForgetsWhatWasUnderWay() throws Exception {
        FakeFleetServer old = fixture.fake().always(FakeServer.Exchange::stall);
        FakeFleetServer fresh = fixture.fake();
        SandboxServer server = fixture.add("a", old);
        fleet.start();
        fixture.timer.runDue();
        fixture.eventually(() -> old.calls() == 3);
        server.move(fresh.uri());
        old.close();
        fixture.eventually(() -> {
            fixture.timer.runDue();
            return fresh.calls("usages") > 0 && server.usages(10).size() == 1;
        });
        assertThat(server.usages(10)).allMatch(Usage::reached);
    }

    @Test
    void store_isReadAgainByTheNextFleet() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        server.pollNow();
        fleet.close();
        try (SandboxFleet next = SandboxFleet.builder(fixture.store).build()) {
            SandboxServer same = next.server("a").orElseThrow();
            assertThat(same.entry()).isEqualTo(server.entry());
            assertThat(same.specs()).isEqualTo(server.specs());
            assertThat(same.usage()).isEqualTo(server.usage());
        }
        assertThatThrownBy(fleet::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The fleet is closed.");
        assertThatThrownBy(fixture::execute).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void download_ofADisabledServer_isATypedErrorAndNoCall(@TempDir Path directory) throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        UUID id = UUID.randomUUID();
        Path target = directory.resolve("file");
        assertThatThrownBy(() -> server.downloadEnvironment(id, target))
                .isInstanceOf(EnvironmentNotFoundException.class);
        fake.on("files", FakeServer.status(200, "text"));
        assertThat(server.downloadFile(id, "a.txt", target)).isEqualTo(4);
        assertThat(Files.readString(target)).isEqualTo("text");
        int calls = fake.calls();
        server.disable();
        assertThatThrownBy(() -> server.downloadEnvironment(id, target)).isInstanceOf(ServerDisabledException.class);
        assertThatThrownBy(() -> server.downloadFile(id, "a.txt", target))
                .isInstanceOf(ServerDisabledException.class)
                .hasMessageContaining("'a'");
        assertThatThrownBy(() -> server.environmentSize(id)).isInstanceOf(ServerDisabledException.class);
        assertThat(fake.calls()).isEqualTo(calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void builder_countsThatAreNotPositive_areRefused(int count) {
        for (UnaryOperator<SandboxFleetBuilder> setting : List.<UnaryOperator<SandboxFleetBuilder>>of(
                builder -> builder.concurrentPolls(count),
                builder -> builder.queuedEvents(count),
                builder -> builder.queuedRecords(count),
                builder -> builder.deadline(Duration.ofSeconds(count)),
                builder -> builder.pollDeadline(Duration.ofSeconds(count)))) {
            assertThatThrownBy(() -> setting.apply(SandboxFleet.builder()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Integer.toString(count));
        }
    }
}
