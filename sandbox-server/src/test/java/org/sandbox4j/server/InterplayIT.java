package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.remote.EnvironmentNotFoundException;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.ServerException;
import org.sandbox4j.remote.Upload;

/** The library's own client on the library's own server. */
class InterplayIT {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private static Path directory;

    private static SandboxHttpServer server;
    private static SandboxClient client;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(directory.resolve("data"))
                .port(0)
                .token(TOKEN)
                .start();
        client = SandboxClient.builder(server.url()).bearerToken(TOKEN).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void execute_withEverything_comesBack() throws Exception {
        byte[] upload = new TarGz().file("in.txt", "in").toBytes();
        ExecuteResponse response = client.execute(
                ExecuteRequest.builder()
                        .command(ShellCommand.of("exit 3").mayingFail())
                        .command(ShellCommand.of("sleep 9")
                                .withTimeout(Duration.ofMillis(300))
                                .mayingFail())
                        .command("cat in.txt; printf \"$V\" > out.txt")
                        .environ("V", "é\n")
                        .resultPath("out.txt")
                        .save(true)
                        .build(),
                Upload.of(upload));
        assertThat(response.status()).isZero();
        assertThat(response.execution().get(0).exitCode()).isEqualTo(3);
        assertThat(response.execution().get(1).isTimedOut()).isTrue();
        assertThat(response.execution().get(2).stdout()).isEqualTo("in");
        assertThat(response.result()).contains("é\n");

        UUID id = response.environment().orElseThrow().id();
        Path archive = directory.resolve("archive");
        long size = client.downloadEnvironment(id, archive);
        assertThat(client.environmentSize(id)).hasValue(size);
        assertThat(TarGz.content(Files.readAllBytes(archive))).containsOnlyKeys("in.txt", "out.txt");
        Path file = directory.resolve("file");
        client.downloadFile(id, "out.txt", file);
        assertThat(file).hasContent("é\n");
        ExecuteResponse again = client.execute(
                ExecuteRequest.builder().command("cat out.txt").environment(id).build());
        assertThat(again.execution().get(0).stdout()).isEqualTo("é");
    }

    @Test
    void information_isRead() throws Exception {
        assertThat(client.specifications().extensions()).contains("root", "delta", "idempotency");
        assertThat(client.usages().processes()).isPositive();
        assertThat(client.libraries().programs()).contains("bash");
    }

    @Test
    void errors_haveTheirTypes() {
        assertThatThrownBy(() -> client.execute(ExecuteRequest.builder()
                        .command("true")
                        .environment(UUID.randomUUID())
                        .build()))
                .isInstanceOf(EnvironmentNotFoundException.class);
        try (SandboxClient stranger = SandboxClient.builder(server.url()).build()) {
            assertThatThrownBy(stranger::specifications)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("401");
        }
    }

    /** Much more than either JVM could hold at once if it was kept. */
    @Test
    void stream_ofALargeOutput_isComplete() throws Exception {
        long bytes = 300_000_000;
        RootSettings settings =
                new RootSettings(List.of(), 0, 0, "box", Optional.empty(), RootSettings.DEFAULT.personality(), true);
        byte[] request = RootCodec.write(new RootRequest(
                List.of(SandboxCommand.of("head", "-c", Long.toString(bytes), "/dev/zero")),
                settings,
                Optional.empty(),
                List.of(),
                false));
        byte[] body = RawHttp.multipart(List.of(new RawHttp.Part("form-data; name=\"request\"", request)));
        String head = String.join(
                "\r\n",
                "POST /runs/ HTTP/1.0",
                "Host: localhost",
                "Accept: application/x-ndjson",
                "Authorization: Bearer " + TOKEN,
                "Content-Type: multipart/form-data; boundary=" + RawHttp.BOUNDARY,
                "Content-Length: " + body.length,
                "",
                "");
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            long received = 0;
            String last = "";
            String prefix = "{\"command\":0,\"stdout\":\"";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(prefix)) {
                    received += Base64.getDecoder().decode(line.substring(prefix.length(), line.length() - 2)).length;
                }
                last = line;
            }
            assertThat(received).isEqualTo(bytes);
            assertThat(last).startsWith("{\"response\":{\"results\":[{\"exited\":0,");
        }
    }
}
