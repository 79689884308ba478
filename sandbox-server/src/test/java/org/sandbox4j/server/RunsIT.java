package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.CommandNotFoundException.Problem;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** What this server can do beyond the protocol, over HTTP and in real sandboxes. */
class RunsIT {
    private static final String TOKEN = "0123456789abcdef";
    private static final String AUTHORIZATION = "Authorization: Bearer " + TOKEN;

    @TempDir
    private static Path data;

    private static SandboxHttpServer server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .token(TOKEN)
                .disk(64 << 20)
                .start();
        http = new RawHttp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static SandboxCommand shell(String script) {
        return SandboxCommand.builder("sh", "-c", script).build();
    }

    private static RootRequest request(Optional<UUID> base, List<String> deleted, SandboxCommand... commands) {
        RootSettings settings =
                new RootSettings(List.of("/out"), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
        return new RootRequest(List.of(commands), settings, base, deleted, true);
    }

    private static Reply post(RootRequest request, Optional<byte[]> upload, String... headers) throws IOException {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("form-data; name=\"request\"", RootCodec.write(request)));
        upload.ifPresent(archive -> parts.add(Part.file("environment", archive)));
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add(AUTHORIZATION);
        return http.post("/runs/", parts, all.toArray(String[]::new));
    }

    private static RootResponse run(RootRequest request, Optional<byte[]> upload) throws IOException {
        return response(post(request, upload));
    }

    private static RootResponse response(Reply reply) throws IOException {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return RootCodec.readResponse(new ByteArrayInputStream(reply.content()), JsonLimits.DEFAULT);
    }

    private static Reply get(String path) throws IOException {
        return http.get(path, AUTHORIZATION);
    }

    private static UUID id(RootResponse response) {
        return response.environment().orElseThrow().id();
    }

    @Test
    void environment_isTheRoot() throws IOException {
        byte[] upload = new TarGz().file("src/a", "A").directory("data").toBytes();
        RootResponse response = run(
                request(
                        Optional.empty(),
                        List.of(),
                        SandboxCommand.builder(
                                        "sh",
                                        "-c",
                                        "cat /src/a; pwd; hostname; echo \"$V\"; cat; touch /x || echo ro; echo o > /out/f; exit 3")
                                .flags(SandboxFlags.ROOT_READ_ONLY)
                                .workDirectory("/src")
                                .environment(Map.of("V", "v\n=", "PATH", "/usr/bin:/bin"))
                                .stdin(Stdio.bytes("in\0\n".getBytes(StandardCharsets.UTF_8)))
                                .build()),
                Optional.of(upload));
        assertThat(response.failure()).isEmpty();
        assertThat(response.results().get(0).stdout().text()).isEqualTo("A/src\nbox\nv\n=\nin\0\nro\n");
        assertThat(response.results().get(0).termination()).isEqualTo(new Termination.Exited(3));
        assertThat(response.changes().orElseThrow().deleted()).isEmpty();
        Reply changes = get("/environments/" + id(response) + "/changes/");
        assertThat(TarGz.content(changes.content())).containsOnlyKeys("out/", "out/f");
        assertThat(TarGz.content(get("/environments/" + id(response) + "/").content()))
                .containsEntry("src/a", "A")
                .containsEntry("out/f", "o\n")
                .containsKey("data/")
                .hasSize(5);
    }

    @Test
    void delta_onASavedEnvironment_deletesAndReplaces() throws IOException {
        byte[] upload = new TarGz()
                .file("keep", "k")
                .file("gone", "g")
                .file("dir/x", "x")
                .file("kind", "file")
                .toBytes();
        UUID base = id(run(request(Optional.empty(), List.of(), shell("true")), Optional.of(upload)));
        byte[] delta = new TarGz().file("kind/inner", "i").file("keep", "K").toBytes();
        RootResponse second = run(
                request(
                        Optional.of(base),
                        List.of("gone", "kind"),
                        shell("cat keep kind/inner; ls; rm -r dir; echo n > new")),
                Optional.of(delta));
        assertThat(second.results().get(0).stdout().text()).startsWith("Ki").doesNotContain("gone");
        assertThat(second.changes().orElseThrow().deleted()).containsExactly("dir");
        assertThat(TarGz.content(
                        get("/environments/" + id(second) + "/changes/").content()))
                .containsExactly(Map.entry("new", "n\n"));
        RootResponse third = run(
                request(Optional.of(id(second)), List.of(), shell("ls; cat keep kind/inner new")), Optional.empty());
        assertThat(third.results().get(0).stdout().text())
                .contains("keep\nkind\n")
                .contains("new")
                .doesNotContain("dir")
                .endsWith("Kin\n");
        assertThat(third.changes().orElseThrow().entries()).isZero();
        assertThat(get("/environments/" + id(third) + "/changes/").status()).isEqualTo(404);
        assertThat(get("/files/" + id(third) + "/kind/inner/").text()).isEqualTo("i");
    }

    @Test
    void changes_ofEveryKind_areSeen() throws IOException {
        byte[] upload = new TarGz()
                .file("same", "s")
                .file("content", "old")
                .file("mode", "m")
                .file("time", "t")
                .file("linked", "l")
                .toBytes();
        RootResponse response = run(
                request(
                        Optional.empty(),
                        List.of(),
                        shell(
                                "printf new > content; chmod 600 mode; touch -d 2001-01-01 time; ln linked second; cat same > /dev/null")),
                Optional.of(upload));
        assertThat(TarGz.content(
                        get("/environments/" + id(response) + "/changes/").content()))
                .containsOnlyKeys("content", "mode", "time", "linked", "second", "out/");
    }

    @Test
    void names_ofAnyBytes_areKept() throws IOException {
        UUID base = id(run(
                request(Optional.empty(), List.of(), shell("n=$(printf '\\377'); echo 1 > \"$n\"; echo 2 > \"$n$n\"")),
                Optional.empty()));
        RootResponse second = run(
                request(
                        Optional.of(base),
                        List.of("\uDCFF\uDCFF"),
                        shell("n=$(printf '\\377'); cat \"$n\"; ls \"$n$n\" || rm \"$n\"")),
                Optional.empty());
        assertThat(second.results().get(0).stdout().text()).isEqualTo("1\n");
        assertThat(second.changes().orElseThrow().deleted()).containsExactly("\uDCFF");
    }

    @Test
    void deletion_leadingOut_isRefused() throws IOException {
        UUID base = id(run(request(Optional.empty(), List.of(), shell("ln -s / up; echo v > f")), Optional.empty()));
        for (String path : List.of("../x", "/etc/passwd", "a//b", "")) {
            assertThat(post(request(Optional.of(base), List.of(path), shell("true")), Optional.empty())
                            .status())
                    .as(path)
                    .isEqualTo(400);
        }
        RootResponse response = run(
                request(Optional.of(base), List.of("up/etc/hostname", "f/x", "none"), shell("cat f; readlink up")),
                Optional.empty());
        assertThat(response.results().get(0).stdout().text()).isEqualTo("v\n/\n");
        assertThat(Path.of("/etc/hostname")).exists();
    }

    private static RootRequest readOnly(UUID base, String directory, String script) {
        SandboxCommand command = shell(script).toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .workDirectory(directory)
                .build();
        RootSettings settings = new RootSettings(List.of(), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
        return new RootRequest(List.of(command), settings, Optional.of(base), List.of(), false);
    }

    @Test
    void readOnlyRuns_ofOneEnvironment_shareATreeThatTheyCannotChange() throws Exception {
        byte[] upload = new TarGz().file("src/a", "A").toBytes();
        UUID base = id(run(request(Optional.empty(), List.of(), shell("true")), Optional.of(upload)));
        String script =
                "cat a; ls -i a | cut -d ' ' -f 1; (echo x > a) 2>/dev/null || echo ro; ls /tmp; echo t > /tmp/t";
        String first = output(readOnly(base, "/src", script));
        assertThat(first).startsWith("A").endsWith("\nro\n");
        assertThat(Concurrently.call(8, () -> output(readOnly(base, "/src", script))))
                .as("the same inode")
                .containsOnly(first);
        assertThat(output(readOnly(base, "/made/for/this", "pwd; cat /src/a"))).isEqualTo("/made/for/this\nA");
        assertThat(output(readOnly(base, "/", "ls"))).doesNotContain("made");
    }

    private static String output(RootRequest request) throws IOException {
        RootResponse response = run(request, Optional.empty());
        assertThat(response.failure()).isEmpty();
        return response.results().get(0).stdout().text();
    }

    @Test
    void readOnlyRun_ofADeletedEnvironment_isNotFound() throws IOException {
        UUID base = id(run(request(Optional.empty(), List.of(), shell("true")), Optional.empty()));
        assertThat(output(readOnly(base, "/", "echo here"))).isEqualTo("here\n");
        http.send("DELETE", "/environments/" + base + "/", new byte[0], AUTHORIZATION);
        assertThat(post(readOnly(base, "/", "echo here"), Optional.empty()).status())
                .isEqualTo(404);
    }

    @Test
    void batch_sharesTmpAndStopsAtAFailure() throws IOException {
        RootResponse response = run(
                request(
                        Optional.empty(),
                        List.of(),
                        shell("echo 1 > /tmp/a"),
                        shell("cat /tmp/a; exit 2").toBuilder().mayFail(true).build(),
                        shell("kill -9 $$"),
                        shell("true")),
                Optional.empty());
        assertThat(response.results())
                .extracting(result -> result.termination())
                .containsExactly(new Termination.Exited(0), new Termination.Exited(2), new Termination.Signalled(9));
        assertThat(response.results().get(1).stdout().text()).isEqualTo("1\n");
    }

    @Test
    void command_missing_isAFailureWithItsProblem() throws IOException {
        RootResponse response =
                run(request(Optional.empty(), List.of(), SandboxCommand.of("no-such-command")), Optional.empty());
        assertThat(response.results()).isEmpty();
        assertThat(response.failure().orElseThrow().reason()).isEqualTo("missing-command");
        assertThat(response.failure().orElseThrow().problem()).contains(Problem.MISSING);
    }

    @Test
    void timeoutAndLimit_areToldApart() throws IOException {
        RootResponse timedOut = run(
                request(
                        Optional.empty(),
                        List.of(),
                        shell("sleep 60").toBuilder()
                                .timeout(Duration.ofMillis(300))
                                .build()),
                Optional.empty());
        assertThat(timedOut.results().get(0).termination()).isEqualTo(new Termination.TimedOut(Duration.ofMillis(300)));
        RootResponse limited = run(
                request(
                        Optional.empty(),
                        List.of(),
                        shell("yes").toBuilder()
                                .limits(ResourceLimits.builder()
                                        .limit(Resource.OUTPUT, 1000)
                                        .build())
                                .build()),
                Optional.empty());
        assertThat(limited.results().get(0).termination()).isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT));
    }

    @Test
    void disk_beyondTheLimit_killsTheCommand() throws IOException {
        RootResponse response = run(
                request(
                        Optional.empty(),
                        List.of(),
                        shell("cd /out; i=0; while :; do head -c 4000000 /dev/zero > $i; i=$((i+1)); done")),
                Optional.empty());
        assertThat(response.results().get(0).exitCode()).isEqualTo(137);
        assertThat(response.failure().orElseThrow().reason()).isEqualTo("archive-limit");
        assertThat(response.environment()).isEmpty();
    }

    @Test
    void environment_deleted_isGone() throws IOException {
        UUID base = id(run(request(Optional.empty(), List.of(), shell("true")), Optional.empty()));
        assertThat(get("/environments/").text()).contains(base.toString());
        String path = "/environments/" + base + "/";
        assertThat(http.send("DELETE", path, new byte[0], AUTHORIZATION).status())
                .isEqualTo(204);
        assertThat(http.send("DELETE", path, new byte[0], AUTHORIZATION).status())
                .isEqualTo(404);
        assertThat(get(path).status()).isEqualTo(404);
        assertThat(post(request(Optional.of(base), List.of(), shell("true")), Optional.empty())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void key_usedAgain_givesTheSameAnswerWithoutARun() throws IOException {
        RootRequest request = request(Optional.empty(), List.of(), shell("cat /proc/sys/kernel/random/uuid"));
        Reply first = post(request, Optional.empty(), "Idempotency-Key: k1");
        assertThat(post(request, Optional.empty(), "Idempotency-Key: k1").text())
                .isEqualTo(first.text());
        assertThat(post(request, Optional.empty(), "Idempotency-Key: k2").text())
                .isNotEqualTo(first.text());
        RootRequest other = request(Optional.empty(), List.of(), shell("true"));
        assertThat(post(other, Optional.empty(), "Idempotency-Key: k1").status())
                .isEqualTo(422);
    }

    @Test
    void key_usedTwiceAtOnce_runsOnce() throws IOException {
        RootRequest request =
                request(Optional.empty(), List.of(), shell("sleep 0.5; cat /proc/sys/kernel/random/uuid"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> text(request));
        assertThat(text(request)).isEqualTo(first.join());
    }

    private static String text(RootRequest request) {
        try {
            return post(request, Optional.empty(), "Idempotency-Key: at-once").text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void stream_sendsOutputWhileItRuns_andTheAnswerLast() throws IOException {
        Reply reply = post(
                request(Optional.empty(), List.of(), shell("echo one; echo two >&2; exit 4"), shell("true")),
                Optional.empty(),
                "Accept: application/x-ndjson",
                "Run-Id: 0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<String> lines = reply.text().lines().toList();
        assertThat(lines.get(0)).isEqualTo("{\"run\":\"0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e\"}");
        assertThat(lines)
                .contains("{\"command\":0,\"stdout\":\"b25lCg==\"}", "{\"command\":0,\"stderr\":\"dHdvCg==\"}");
        assertThat(lines.get(lines.size() - 1))
                .startsWith("{\"response\":{\"results\":[{\"exited\":4,")
                .contains("\"environment\":");
    }

    @Test
    void stream_ofABadRequest_hasAStatus() throws IOException {
        UUID unknown = UUID.randomUUID();
        assertThat(post(
                                request(Optional.of(unknown), List.of(), shell("true")),
                                Optional.empty(),
                                "Accept: application/x-ndjson")
                        .text())
                .contains("No environment with UUID '" + unknown + "' found");
    }

    @Test
    void run_cancelled_endsAtOnce() {
        String id = UUID.randomUUID().toString();
        CompletableFuture<Reply> run = CompletableFuture.supplyAsync(() -> {
            try {
                return post(
                        request(Optional.empty(), List.of(), shell("sleep 300")), Optional.empty(), "Run-Id: " + id);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await().atMost(Duration.ofSeconds(20))
                .until(() -> http.send("DELETE", "/runs/" + id + "/", new byte[0], AUTHORIZATION)
                                .status()
                        == 204);
        assertThat(run.orTimeout(20, TimeUnit.SECONDS).join().text()).contains("\"signalled\":9");
    }

    @Test
    void token_missingOrWrong_is401() throws IOException {
        for (String header :
                List.of("X: y", "Authorization: Bearer wrong-wrong-wrong-", "Authorization: Basic " + TOKEN)) {
            Reply reply = http.get("/specifications/", header);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
        assertThat(http.get("/health").text()).isEqualTo("{\"status\": \"ok\"}");
        assertThat(http.get("/metrics").status()).isEqualTo(401);
    }

    @Test
    void specifications_announceTheExtensions() throws IOException {
        assertThat(get("/specifications/").text())
                .contains(
                        "\"extensions\": [\"cancel\", \"delete\", \"delta\", \"health\", \"idempotency\", \"input\", \"list\", \"metrics\", \"queue\", \"root\", \"signals\", \"stream\", \"terminal\", \"token\"]");
        assertThat(get("/runs/").text()).startsWith("{\"isolation\":[").contains("\"FILESYSTEM\"");
    }

    @Test
    void metrics_countAnswersAndRuns() throws IOException {
        run(request(Optional.empty(), List.of(), shell("true")), Optional.empty());
        assertThat(get("/metrics").text())
                .contains("sandbox_http_answers_total{method=\"POST\",status=\"200\"} ")
                .containsPattern("sandbox_run_seconds_count [1-9]")
                .contains("sandbox_slots_used 0\n");
    }
}
