package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.Answers;
import org.sandbox4j.remote.FakeServer;
import org.sandbox4j.remote.Upload;

/** What becomes of requests, and where they go. */
class FleetExecuteTest {
    private static final FakeServer.Script OVERLOADED = FakeServer.status(503, Answers.OVERLOADED);
    private static final URI NOBODY = URI.create("http://127.0.0.1:1/");

    private final FleetFixture fixture = new FleetFixture();
    private final SandboxFleet fleet = fixture.fleet;

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private SandboxServer server(String name, FakeServer.Script execute) throws IOException {
        return fixture.add(name, fixture.fake().on("execute", execute));
    }

    private static FakeServer.Script saving(UUID id) {
        return FakeServer.json(Answers.OK.replaceFirst(
                "\\}$", ", \"environment\": \"" + id + "\", \"expire\": \"2026-11-22T21:22:01.241696+00:00\"}"));
    }

    /** One that is not taken before another one. */
    private static FakeFleetServer busy(FleetFixture fixture) throws IOException {
        return fixture.fake()
                .on("usages", FakeServer.json(Answers.USAGES.replace("\"container\": 0", "\"container\": 3")));
    }

    private Request onOne(SandboxServer server) throws InterruptedException {
        return server.execute(Optional.of("alice"), FleetFixture.TRUE, Optional.empty());
    }

    @Test
    void answer_isRecordedWithItsResults() throws Exception {
        SandboxServer server = server(
                "a",
                FakeServer.json(Answers.response(
                        3, Answers.result("echo", 0, "out\\u0000", ""), Answers.result("exit 3", 3, "", "err"))));
        Request request =
                server.execute(Optional.of("alice"), FleetFixture.TRUE, Optional.of(Upload.of(new byte[] {1, 2})));
        assertThat(request.status()).isTrue();
        assertThat(request.traceback()).isEmpty();
        assertThat(request.user()).contains("alice");
        assertThat(request.date()).isEqualTo(fixture.timer.now());
        assertThat(request.server()).hasValue(server.id());
        Response response = request.response().orElseThrow();
        assertThat(response.status()).isEqualTo(3);
        assertThat(response.result()).isEmpty();
        assertThat(response.execution())
                .extracting(CommandResult::stdout, CommandResult::stderr, CommandResult::exitCode)
                .containsExactly(tuple("out\0", "", 0), tuple("", "err", 3));
        assertThat(fleet.request(request.id())).contains(request);
        assertThat(server.requests(10)).containsExactly(request);
        assertThat(fleet.requests(RequestQuery.ALL.by("alice"), 10)).containsExactly(request);
    }

    @Test
    void everyFailure_isRecordedWithItsReason() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        Map<String, FakeServer.Script> failures = Map.of(
                "overloaded", OVERLOADED,
                "refused", FakeServer.status(400, "Command list\r\ncannot be empty"),
                "unauthorized", FakeServer.status(401, ""),
                "not-found", FakeServer.status(404, ""),
                "redirected", FakeServer.status(302, ""),
                "server-error", FakeServer.status(500, "<html>"),
                "bad-answer", FakeServer.json("nonsense"),
                "connection-lost", exchange -> {},
                "not-started",
                        FakeServer.json(Answers.response(
                                126, Answers.result("true", 126, "cannot exec in a stopped" + " state: unknown", ""))));
        Map<String, Request> requests = new HashMap<>();
        for (Map.Entry<String, FakeServer.Script> failure : failures.entrySet()) {
            fake.on("execute", failure.getValue());
            requests.put(failure.getKey(), onOne(server));
        }
        server.move(NOBODY);
        requests.put("unreachable", onOne(server));
        requests.forEach((reason, request) -> {
            assertThat(request.traceback()).startsWith("'a': " + reason + ": ").doesNotContain("\n");
            assertThat(request.status()).isFalse();
            assertThat(request.response()).isEmpty();
            assertThat(request.server()).hasValue(server.id());
            assertThat(fleet.request(request.id())).contains(request);
        });
        assertThat(fleet.requests(RequestQuery.ALL, 100)).hasSize(failures.size() + 1);
    }

    @Test
    void silentServer_isRecordedAfterTheDeadline() throws Exception {
        try (FleetFixture quick =
                new FleetFixture(FleetStore.memory(), settings -> settings.deadline(Duration.ofMillis(100)))) {
            SandboxServer server = quick.add("a", quick.fake().always(FakeServer.Exchange::stall));
            assertThat(onOne(server).traceback()).startsWith("'a': deadline: ");
            Request request = quick.execute();
            assertThat(request.traceback()).startsWith("'a': deadline: ");
            assertThat(request.traceback().lines()).hasSize(1);
        }
    }

    @Test
    void requestThatCannotBeSent_isRecorded() throws Exception {
        SandboxServer server = server("a", FakeServer.json(Answers.OK));
        ExecuteRequest.Builder huge = ExecuteRequest.builder();
        for (int i = 0; i < 30; i++) {
            huge.command("x".repeat(100_000));
        }
        Request request = server.execute(Optional.empty(), huge.build(), Optional.empty());
        assertThat(request.status()).isFalse();
        assertThat(request.traceback()).startsWith("'a': ");
        Request other =
                server.execute(Optional.empty(), FleetFixture.TRUE, Optional.of(Upload.of(Path.of("/nowhere"))));
        assertThat(other.traceback()).startsWith("'a': local-file: ");
    }

    @Test
    void disabledServer_isAFailedRequestAndNoCall() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer server = fixture.add("a", fake);
        server.disable();
        Request request = onOne(server);
        assertThat(request.status()).isFalse();
        assertThat(request.traceback()).isEqualTo("'a': The server 'a' is disabled; enable it, or take another.");
        assertThat(server.requests(1)).containsExactly(request);
        assertThat(fake.calls()).isZero();
    }

    @Test
    void tooLongUser_isRefusedAndNotRecorded() throws Exception {
        FakeFleetServer fake = fixture.fake();
        fixture.add("a", fake);
        assertThatThrownBy(() -> fleet.execute(Optional.of("x".repeat(257)), FleetFixture.TRUE, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fake.calls()).isZero();
        assertThat(fleet.requests(RequestQuery.ALL, 1)).isEmpty();
    }

    @Test
    void noServer_isRecordedWithoutOne() throws Exception {
        fleet.addDisabled("a", URI.create("http://a/"));
        fleet.add("b", NOBODY).pollNow();
        Request request = fixture.execute();
        assertThat(request.server()).isEmpty();
        assertThat(request.traceback()).startsWith("There is no server for it: of 2 servers, 1 are enabled");
    }

    @Test
    void busyServer_isLeftToItself() throws Exception {
        FakeFleetServer busy = busy(fixture);
        fixture.add("busy", busy).pollNow();
        SandboxServer idle = server("idle", FakeServer.json(Answers.OK));
        idle.pollNow();
        for (int i = 0; i < 5; i++) {
            assertThat(fixture.execute().server()).hasValue(idle.id());
        }
        assertThat(busy.calls("execute")).isZero();
        assertThat(fleet.pick(Requirements.NONE)).contains(idle);
    }

    @Test
    void requestsAtTheSameTime_spread() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        FakeServer.Script together = exchange -> {
            both.countDown();
            try {
                both.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            FakeServer.json(Answers.OK).answer(exchange);
        };
        server("a", together).pollNow();
        server("b", together).pollNow();
        CompletableFuture<Request> first = later();
        CompletableFuture<Request> second = later();
        assertThat(first.get().server()).isNotEqualTo(second.get().server());
    }

    private CompletableFuture<Request> later() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.execute();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void requirements_excludeServersThatLackSomething() throws Exception {
        SandboxServer unknown = server("unknown", FakeServer.json(Answers.OK));
        SandboxServer plain = server("plain", FakeServer.json(Answers.OK));
        SandboxServer rich = fixture.add(
                "rich",
                fixture.fake()
                        .on(
                                "libraries",
                                FakeServer.json(
                                        "{\"libraries\": {\"python\": {\"numpy\": \"2\"}}, \"bin\": [\"gcc\"]}"))
                        .on(
                                "specifications",
                                FakeServer.json(Answers.SPECIFICATIONS.replace("100000000", "900000000"))));
        plain.pollNow();
        rich.pollNow();
        for (Requirements needed : List.of(
                Requirements.NONE.program("gcc"),
                Requirements.NONE.library("numpy"),
                Requirements.NONE.ram(500_000_000))) {
            Request request = fleet.execute(Optional.empty(), FleetFixture.TRUE, Optional.empty(), needed);
            assertThat(request.server()).hasValue(rich.id());
        }
        assertThat(fleet.pick(Requirements.NONE.program("awk"))).contains(plain);
        assertThat(fleet.pick(Requirements.NONE.extension("root"))).isEmpty();
        assertThat(fleet.pick(Requirements.NONE.program("gcc").library("tar"))).isEmpty();
        plain.disable();
        rich.disable();
        assertThat(fleet.pick(Requirements.NONE)).contains(unknown);
    }

    @Test
    void overloadedAndGone_areFollowedByTheNext() throws Exception {
        SandboxServer full = server("full", OVERLOADED);
        SandboxServer good = server("good", FakeServer.json(Answers.OK));
        full.pollNow();
        good.pollNow();
        SandboxServer gone = fleet.add("gone", fixture.fake().uri());
        gone.pollNow();
        gone.move(NOBODY); // Comes last, since it was not polled there.
        for (int i = 0; i < 3; i++) {
            Request request = fixture.execute();
            assertThat(request.server()).hasValue(good.id());
            assertThat(request.status()).isTrue();
        }
        good.disable();
        Request request = fixture.execute();
        assertThat(request.status()).isFalse();
        assertThat(request.traceback().lines().map(line -> line.substring(0, line.indexOf(": ", 10))))
                .containsExactly("'full': overloaded", "'gone': unreachable", "'full': overloaded");
        assertThat(request.server()).hasValue(full.id());
    }

    @Test
    void overloaded_isAskedAgainWhenAllAre() throws Exception {
        FakeFleetServer fake = fixture.fake();
        fake.on("execute", exchange -> {
            fake.on("execute", FakeServer.json(Answers.OK));
            OVERLOADED.answer(exchange);
        });
        fixture.add("a", fake).pollNow();
        assertThat(fixture.execute().status()).isTrue();
        assertThat(fake.calls("execute")).isEqualTo(2);
    }

    @Test
    void commandsThatMayHaveRun_areNotSentElsewhere() throws Exception {
        for (FakeServer.Script failure : List.<FakeServer.Script>of(
                FakeServer.status(500, ""), FakeServer.json("nonsense"), exchange -> {}, FakeServer.status(302, ""))) {
            try (FleetFixture other = new FleetFixture()) {
                FakeFleetServer bad = other.fake().on("execute", failure);
                other.add("a", bad).pollNow();
                FakeFleetServer good = busy(other);
                other.add("b", good).pollNow();
                Request request = other.execute();
                assertThat(request.traceback()).startsWith("'a': ");
                assertThat(good.calls("execute")).isZero();
                assertThat(other.fleet.requests(RequestQuery.ALL, 10)).containsExactly(request);
            }
        }
    }

    @Test
    void wrongRequest_isNotSentElsewhere() throws Exception {
        server("a", FakeServer.status(400, "wrong")).pollNow();
        server("b", FakeServer.status(400, "wrong")).pollNow();
        assertThat(fixture.execute().traceback().lines()).hasSize(1);
    }

    @Test
    void unreachableServer_isNotPickedAgainBeforeItsNextPoll() throws Exception {
        FakeFleetServer fake = fixture.fake();
        SandboxServer gone = fixture.add("a", fake);
        fleet.start();
        fixture.usages(gone, 1);
        fixture.eventually(() -> gone.containerSpecs().polled());
        fake.close();
        assertThat(fixture.execute().traceback()).startsWith("'a': unreachable");
        assertThat(fleet.pick(Requirements.NONE)).isEmpty();
        fleet.stop();
        assertThat(fleet.pick(Requirements.NONE)).contains(gone);
    }

    @Test
    void savedEnvironment_sticksToItsServer() throws Exception {
        UUID saved = UUID.randomUUID();
        SandboxServer holder = server("holder", saving(saved));
        FakeFleetServer other = fixture.fake();
        fixture.add("other", other).pollNow();
        holder.pollNow();
        Request first = onOne(holder);
        assertThat(first.response().orElseThrow().environment().orElseThrow().id())
                .isEqualTo(saved);
        assertThat(fleet.holder(saved)).contains(holder);
        ExecuteRequest next =
                ExecuteRequest.builder().command("true").environment(saved).build();
        for (int i = 0; i < 5; i++) {
            assertThat(fleet.execute(next).server()).hasValue(holder.id());
        }
        holder.disable();
        assertThat(fleet.execute(next).traceback()).contains("The server 'holder' is disabled");
        assertThat(other.calls("execute")).isZero();
        holder.remove();
        assertThat(fleet.holder(saved)).isEmpty();
        assertThat(fleet.execute(next).status()).isTrue();
    }

    @Test
    void environmentThatNobodyKnows_isLookedForOnEachServer() throws Exception {
        server("a", FakeServer.status(404, "No environment")).pollNow();
        SandboxServer holder = server("b", FakeServer.json(Answers.OK));
        holder.pollNow();
        ExecuteRequest request = ExecuteRequest.builder()
                .command("true")
                .environment(UUID.randomUUID())
                .build();
        assertThat(fleet.execute(request).server()).hasValue(holder.id());
    }

    @Test
    void interruptedCaller_isRecorded() throws Exception {
        SandboxServer server = server("a", FakeServer.Exchange::stall);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> onOne(server)).isInstanceOf(InterruptedException.class);
        assertThat(server.requests(1))
                .singleElement()
                .satisfies(request -> assertThat(request.traceback()).contains("interrupted"));
    }

    @Test
    void close_endsAndRecordsWhatIsUnderWay() throws Exception {
        FakeFleetServer fake = fixture.fake().on("execute", FakeServer.Exchange::stall);
        fixture.add("a", fake);
        CompletableFuture<Request> running = later();
        fixture.eventually(() -> fake.calls("execute") == 1);
        fleet.close();
        assertThat(fixture.store.requests(RequestQuery.ALL, 10)).containsExactly(running.get());
        assertThat(running.get().traceback()).contains("The client was closed during the call");
    }

    @Test
    void storeThatFails_isAnErrorWithTheRequest() throws Exception {
        try (FleetFixture broken = new FleetFixture(new BrokenStore(), settings -> settings)) {
            SandboxServer server = broken.add("a", broken.fake());
            assertThatThrownBy(() -> onOne(server))
                    .isInstanceOfSatisfying(
                            FleetStoreException.class,
                            e -> assertThat(e.request().orElseThrow().status()).isTrue());
        }
    }

    @Test
    void later_failuresOfTheFleetAreNotHidden() {
        fleet.close();
        CompletableFuture<Request> closed = later();
        assertThatThrownBy(closed::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("The fleet is closed.");
    }
}
