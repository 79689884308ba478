package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** What clients with different tokens see of each other. */
class TenantsIT {
    private static final String ONE = "Authorization: Bearer one-0123456789abcdef";
    private static final String TWO = "Authorization: Bearer two-0123456789abcdef";
    private static final String TWO_LATER = "Authorization: Bearer two-fedcba9876543210";
    private static final String FORM = "Content-Type: multipart/form-data; boundary=" + RawHttp.BOUNDARY;
    private static final String SAVE = "{\"commands\": [\"echo same > file; touch -d @0 file .\"], \"save\": true}";

    @TempDir
    private Path data;

    private SandboxHttpServer server;
    private RawHttp http;

    @BeforeEach
    void start() {
        start(true);
    }

    private void start(boolean tokens) {
        SandboxHttpServerBuilder builder = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0);
        if (tokens) {
            builder.token(token(ONE)).token("two", token(TWO)).token("two", token(TWO_LATER));
        }
        server = builder.start();
        http = new RawHttp(server.url());
    }

    private static String token(String header) {
        return header.substring(header.lastIndexOf(' ') + 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply execute(String config, String... headers) throws IOException {
        return http.post("/execute/", List.of(Part.text("config", config)), headers);
    }

    private static RootRequest request(Optional<UUID> environment, boolean save, String script) {
        RootSettings settings = new RootSettings(List.of(), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
        return new RootRequest(
                List.of(SandboxCommand.of("/bin/sh", "-c", script)), settings, environment, List.of(), save);
    }

    private static byte[] body(RootRequest request) throws IOException {
        return RawHttp.multipart(List.of(new Part("form-data; name=\"request\"", RootCodec.write(request))));
    }

    private Reply run(RootRequest request, String token) throws IOException {
        return http.send("POST", "/runs/", body(request), FORM, token);
    }

    private static String saved(Reply reply) {
        Matcher id = Pattern.compile("\"environment\": ?\"([^\"]+)\"").matcher(reply.text());
        assertThat(id.find()).as(reply.text()).isTrue();
        return id.group(1);
    }

    /** An answer to a request about an environment, with its id taken out. */
    private static String described(Reply reply, String id) {
        return reply.status() + " " + reply.text().replace(id, "ID");
    }

    private interface Question {
        Reply about(String id) throws IOException;
    }

    @Test
    void environment_ofAnotherTenant_isAsIfItDidNotExist() throws IOException {
        String id = saved(run(request(Optional.empty(), true, "echo x > /file"), ONE));
        String unknown = UUID.randomUUID().toString();
        List<Question> questions = List.of(
                asked -> http.get("/environments/" + asked + "/", TWO),
                asked -> http.send("HEAD", "/environments/" + asked + "/", new byte[0], TWO),
                asked -> http.get("/environments/" + asked + "/changes/", TWO),
                asked -> http.get("/files/" + asked + "/file/", TWO),
                asked -> http.send("DELETE", "/environments/" + asked + "/", new byte[0], TWO),
                asked -> execute("{\"commands\": [\"true\"], \"environment\": \"" + asked + "\"}", TWO),
                asked -> run(request(Optional.of(UUID.fromString(asked)), false, "cat /file"), TWO));
        for (Question question : questions) {
            Reply reply = question.about(id);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(described(reply, id)).isEqualTo(described(question.about(unknown), unknown));
        }
        assertThat(http.get("/environments/", TWO).text()).doesNotContain(id);
        assertThat(http.get("/environments/", ONE).text()).contains(id);
        assertThat(http.get("/files/" + id + "/file/", ONE).text()).isEqualTo("x\n");
        assertThat(http.send("DELETE", "/environments/" + id + "/", new byte[0], ONE)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void content_thatAnotherTenantHas_takesAsMuchAsIfNobodyHadIt() throws IOException {
        saved(execute(SAVE, ONE));
        long once = bytesKept();
        saved(execute(SAVE, ONE));
        assertThat(bytesKept()).isEqualTo(once);
        saved(execute(SAVE, TWO));
        assertThat(bytesKept()).isEqualTo(2 * once);
    }

    private long bytesKept() throws IOException {
        Matcher bytes = Pattern.compile("sandbox_environments_bytes (\\d+)")
                .matcher(http.get("/metrics", ONE).text());
        assertThat(bytes.find()).isTrue();
        return Long.parseLong(bytes.group(1));
    }

    @Test
    void run_ofAnotherTenant_cannotBeReached() throws Exception {
        String id = UUID.randomUUID().toString();
        HttpRequest post = HttpRequest.newBuilder(server.url().resolve("runs/"))
                .header("Content-Type", "multipart/form-data; boundary=" + RawHttp.BOUNDARY)
                .header("Accept", "application/x-ndjson")
                .header("Authorization", "Bearer " + token(ONE))
                .header("Run-Id", id)
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        body(request(Optional.empty(), false, "echo on; sleep 60"))))
                .build();
        try (Stream<String> events = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(post, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            assertThat(events.anyMatch(line -> line.contains("\"started\":true")))
                    .isTrue();
            assertThat(http.send("POST", "/runs/" + id + "/signals/KILL/", new byte[0], TWO)
                            .status())
                    .isEqualTo(404);
            assertThat(http.send("POST", "/runs/" + id + "/input/", new byte[1], TWO)
                            .status())
                    .isEqualTo(404);
            assertThat(http.send("DELETE", "/runs/" + id + "/", new byte[0], TWO)
                            .status())
                    .isEqualTo(404);
            Reply sameId = http.send(
                    "POST", "/runs/", body(request(Optional.empty(), false, "true")), FORM, TWO, "Run-Id: " + id);
            assertThat(sameId.status()).isEqualTo(200);
            assertThat(http.send("DELETE", "/runs/" + id + "/", new byte[0], ONE)
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void answer_underTheKeyOfAnotherTenant_isOnesOwn() throws IOException {
        String config = "{\"commands\": [\"cat /proc/sys/kernel/random/uuid\"]}";
        String first = execute(config, ONE, "Idempotency-Key: key").text();
        String second = execute(config, TWO, "Idempotency-Key: key").text();
        assertThat(second).contains("\"status\": 0").isNotEqualTo(first);
        assertThat(execute(config, ONE, "Idempotency-Key: key").text()).isEqualTo(first);
        assertThat(execute(SAVE, ONE, "Idempotency-Key: key").status()).isEqualTo(422);
        assertThat(execute(config, TWO_LATER, "Idempotency-Key: key").text()).isEqualTo(second);
    }

    @Test
    void owners_areKnownAfterARestart_byNameWhicheverTokenIsUsed() throws IOException {
        String ofOne = saved(execute(SAVE, ONE));
        String ofTwo = saved(execute(SAVE, TWO));
        server.close();
        start(true);
        assertThat(http.get("/environments/" + ofOne + "/", ONE).status()).isEqualTo(200);
        assertThat(http.get("/environments/" + ofOne + "/", TWO).status()).isEqualTo(404);
        assertThat(http.get("/environments/" + ofTwo + "/", ONE).status()).isEqualTo(404);
        assertThat(http.get("/environments/" + ofTwo + "/", TWO_LATER).status()).isEqualTo(200);
        try (Stream<Path> files = Files.walk(data.resolve("server"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain(token(ONE), token(TWO)));
        }
    }

    @Test
    void environments_ofAServerWithoutTokens_belongToNobodyWithOne() throws IOException {
        server.close();
        start(false);
        String ofEverybody = saved(execute(SAVE));
        server.close();
        start(true);
        assertThat(http.get("/environments/" + ofEverybody + "/", ONE).status()).isEqualTo(404);
        String ofOne = saved(execute(SAVE, ONE));
        server.close();
        start(false);
        assertThat(http.get("/environments/" + ofEverybody + "/").status()).isEqualTo(200);
        assertThat(http.get("/environments/" + ofOne + "/").status()).isEqualTo(404);
    }

    @Test
    void token_ofTwoClients_isRefused() {
        SandboxHttpServerBuilder builder = SandboxHttpServer.builder().token("two", token(TWO));
        assertThatThrownBy(() -> builder.token(token(TWO))).hasMessageContaining("same token");
        assertThatThrownBy(() -> builder.token("../x", token(ONE))).hasMessageContaining("name of a client");
    }
}
