package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;

/** Input, signals and terminals of commands that run on a server, over HTTP and in real sandboxes. */
@Tag("any-jdk")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LiveIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern OUTPUT = Pattern.compile("\"stdout\":\"([^\"]*)\"");

    @TempDir
    private static Path data;

    private static SandboxHttpServer server;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A run whose answer comes line by line. */
    private static final class Run implements AutoCloseable {
        private final String id = UUID.randomUUID().toString();
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final BufferedReader lines;

        private Run(SandboxCommand command) throws IOException, InterruptedException {
            RootSettings settings =
                    new RootSettings(List.of(), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
            RootRequest request = new RootRequest(List.of(command), settings, Optional.empty(), List.of(), false);
            String body = "--b\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n"
                    + new String(RootCodec.write(request), StandardCharsets.UTF_8) + "\r\n--b--\r\n";
            HttpRequest post = HttpRequest.newBuilder(server.url().resolve("runs/"))
                    .header("Content-Type", "multipart/form-data; boundary=b")
                    .header("Accept", "application/x-ndjson")
                    .header("Run-Id", id)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            lines = new BufferedReader(new InputStreamReader(
                    HTTP.send(post, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains(id);
            String line = next();
            while (!line.equals("{\"command\":0,\"started\":true}")) {
                take(line);
                line = next();
            }
        }

        /** Reads lines until standard output has a text. */
        void awaitOutput(String text) throws IOException {
            while (!stdout.toString(StandardCharsets.UTF_8).contains(text)) {
                take(next());
            }
        }

        private void take(String line) {
            Matcher matcher = OUTPUT.matcher(line);
            if (matcher.find()) {
                stdout.writeBytes(Base64.getDecoder().decode(matcher.group(1)));
            }
        }

        String lastLine() throws IOException {
            String line = next();
            while (!line.startsWith("{\"response\"")) {
                line = next();
            }
            return line;
        }

        private String next() throws IOException {
            String line = lines.readLine();
            assertThat(line).as("after %s", stdout).isNotNull();
            return line;
        }

        int send(String method, String path, String body) throws IOException, InterruptedException {
            return send(method, path, body.getBytes(StandardCharsets.UTF_8));
        }

        int send(String method, String path, byte[] body) throws IOException, InterruptedException {
            URI uri = server.url().resolve("runs/" + id + "/" + path);
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private static SandboxCommand.Builder shell(String script) {
        return SandboxCommand.builder("sh", "-c", script).stdin(Stdio.pipe());
    }

    @Test
    void input_reachesTheCommandWhileItRuns_andEnds() throws Exception {
        try (Run run = new Run(shell("while read -r line; do echo \"got $line\"; done; echo end")
                .build())) {
            assertThat(run.send("POST", "input/", "one\n")).isEqualTo(204);
            run.awaitOutput("got one\n");
            assertThat(run.send("POST", "input/", "two\n")).isEqualTo(204);
            run.awaitOutput("got two\n");
            assertThat(run.send("DELETE", "input/", "")).isEqualTo(204);
            run.awaitOutput("end\n");
            assertThat(run.lastLine()).contains("\"exited\":0");
            // The last line is written before the server forgets the run.
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(run.send("POST", "input/", "three\n")).isEqualTo(404));
        }
    }

    @Test
    void input_inPiecesThatAreTooLarge_isRefused() throws Exception {
        try (Run run = new Run(shell("wc -c").build())) {
            assertThat(run.send("POST", "input/", new byte[(1 << 20) + 1])).isEqualTo(413);
            for (int i = 0; i < 4; i++) {
                assertThat(run.send("POST", "input/", new byte[1 << 20])).isEqualTo(204);
            }
            assertThat(run.send("DELETE", "input/", "")).isEqualTo(204);
            run.awaitOutput(Integer.toString(4 << 20));
        }
    }

    @Test
    void input_thatNobodyTakes_isAConflict() throws Exception {
        try (Run run = new Run(
                shell("exec <&-; echo closed; while :; do sleep 1; done").build())) {
            run.awaitOutput("closed");
            int status = run.send("POST", "input/", new byte[1 << 20]);
            assertThat(status).isEqualTo(409);
            assertThat(run.send("POST", "signals/KILL/", "")).isEqualTo(204);
            assertThat(run.lastLine()).contains("\"signalled\":9");
        }
    }

    @Test
    void signals_stopContinueAndEnd() throws Exception {
        String script = "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
        try (Run run = new Run(shell(script).build())) {
            run.awaitOutput("ready");
            assertThat(run.send("POST", "signals/STOP/", "")).isEqualTo(204);
            assertThat(run.send("POST", "signals/CONT/", "")).isEqualTo(204);
            assertThat(run.send("POST", "signals/TERM/", "")).isEqualTo(204);
            run.awaitOutput("caught");
            assertThat(run.lastLine()).contains("\"exited\":3");
        }
        try (Run run = new Run(shell("sleep 60").build())) {
            assertThat(run.send("POST", "signals/HUP/", "")).isEqualTo(404);
            assertThat(run.send("POST", "terminal/80x24/", "")).isEqualTo(409);
            assertThat(run.send("DELETE", "", "")).isEqualTo(204);
        }
    }

    @Test
    void terminal_isTypedAtAndResized() throws Exception {
        SandboxCommand command = shell(
                        "test -t 0 && test -t 1 && test -t 2 && stty size; read -r line; stty size; echo \"[$line]\" >&2")
                .terminal(80, 24)
                .build();
        try (Run run = new Run(command)) {
            run.awaitOutput("24 80");
            assertThat(run.send("POST", "terminal/100x30/", "")).isEqualTo(204);
            assertThat(run.send("POST", "terminal/99999x1/", "")).isEqualTo(400);
            assertThat(run.send("POST", "input/", "typed\r")).isEqualTo(204);
            run.awaitOutput("30 100");
            run.awaitOutput("[typed]");
            assertThat(run.lastLine()).contains("\"exited\":0");
        }
    }

    @Test
    void liveInput_withoutAStream_isRefused() throws Exception {
        RawHttp http = new RawHttp(server.url());
        RootRequest request = new RootRequest(
                List.of(shell("cat").build()), RootSettings.DEFAULT, Optional.empty(), List.of(), false);
        RawHttp.Reply reply =
                http.post("/runs/", List.of(new RawHttp.Part("form-data; name=\"request\"", RootCodec.write(request))));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("application/x-ndjson");
    }
}
