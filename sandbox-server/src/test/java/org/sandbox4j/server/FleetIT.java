package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.RemoteOptions;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Requirements;
import org.sandbox4j.remote.fleet.SandboxFleet;
import org.sandbox4j.remote.fleet.SandboxServer;

/** The library's own fleet of the library's own servers. */
@Tag("any-jdk")
class FleetIT {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path directory;

    private final List<SandboxHttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(6);
    private final SandboxFleet fleet =
            SandboxFleet.builder().client(client -> client.bearerToken(TOKEN)).build();

    @BeforeEach
    void start() {
        fleet.start();
        for (String name : List.of("a", "b", "c")) {
            SandboxHttpServer server = SandboxHttpServer.builder()
                    .dataDirectory(directory.resolve(name))
                    .port(0)
                    .token(TOKEN)
                    .workers(2)
                    .start();
            servers.add(server);
            fleet.add(name, server.url());
        }
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fleet.servers().stream()
                        .allMatch(server -> server.containerSpecs().polled()
                                && server.usage().isPresent()));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        fleet.close();
        servers.forEach(SandboxHttpServer::close);
    }

    private static ExecuteRequest script(String line) {
        return ExecuteRequest.builder().command(line).build();
    }

    private List<Request> executed(int count) throws Exception {
        List<Future<Request>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ExecuteRequest config = script("echo " + i + "; sleep 0.1");
            running.add(threads.submit(() ->
                    fleet.execute(Optional.of("alice"), config, Optional.empty(), Requirements.NONE.program("sh"))));
        }
        List<Request> requests = new ArrayList<>();
        for (Future<Request> request : running) {
            requests.add(request.get());
        }
        return requests;
    }

    private static String stdout(Request request) {
        return request.response().orElseThrow().execution().get(0).stdout();
    }

    @Test
    void requests_spreadAndGoOnWithoutAServerThatStops() throws Exception {
        List<Request> before = executed(12);
        assertThat(before).allMatch(Request::status);
        assertThat(before.stream().map(Request::server).collect(Collectors.toSet()))
                .hasSize(3);

        SandboxServer stopped = fleet.server("b").orElseThrow();
        servers.get(1).close();
        List<Request> after = executed(12);
        assertThat(after)
                .allMatch(Request::status)
                .noneMatch(request -> request.server().getAsLong() == stopped.id());
        assertThat(after.stream().map(FleetIT::stdout))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        assertThat(stopped.pollNow().reached()).isFalse();

        List<Request> recorded = fleet.requests(RequestQuery.ALL.by("alice"), 100);
        assertThat(recorded).hasSize(24).containsAll(before).containsAll(after);
        Request failed = stopped.execute(Optional.empty(), script("true"), Optional.empty());
        assertThat(failed.traceback()).startsWith("'b': unreachable: ");
    }

    @Test
    void savedEnvironment_isUsedAndDownloadedWhereItIs() throws Exception {
        Request saved = fleet.execute(
                ExecuteRequest.builder().command("echo text > file").save(true).build());
        UUID id = saved.response().orElseThrow().environment().orElseThrow().id();
        for (int i = 0; i < 4; i++) {
            Request next = fleet.execute(
                    ExecuteRequest.builder().command("cat file").environment(id).build());
            assertThat(next.server()).isEqualTo(saved.server());
            assertThat(stdout(next)).isEqualTo("text");
        }
        Path target = directory.resolve("file");
        fleet.holder(id).orElseThrow().downloadFile(id, "file", target);
        assertThat(Files.readString(target)).isEqualTo("text\n");
    }

    @Test
    void rankedServers_areForTheBackendRemote() throws Exception {
        List<URI> ranked = fleet.ranked(Requirements.NONE.extension("root")).stream()
                .map(SandboxServer::url)
                .toList();
        assertThat(ranked).hasSize(3);
        servers.stream().filter(server -> server.url().equals(ranked.get(0))).forEach(SandboxHttpServer::close);
        RemoteOptions options = RemoteOptions.builder(ranked.get(0), ranked.get(1), ranked.get(2))
                .bearerToken(TOKEN)
                .build();
        try (Sandbox sandbox = Sandbox.builder(directory.resolve("box"))
                .backend("remote")
                .with(options)
                .hostSystem()
                .open()) {
            assertThat(sandbox.run(List.of("test", "-d", "/usr"))).isZero();
        }
    }
}
