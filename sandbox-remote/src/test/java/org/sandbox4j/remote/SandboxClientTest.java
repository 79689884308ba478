package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.remote.FakeServer.json;
import static org.sandbox4j.remote.FakeServer.status;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.ShellCommand;

class SandboxClientTest {
    private static final UUID ID = UUID.fromString(Answers.ID);
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    @TempDir
    private Path directory;

    private static SandboxClient client(FakeServer server) {
        return SandboxClient.builder(server.uri())
                .backoff(3, Duration.ofMillis(1), Duration.ofMillis(2))
                .deadline(Duration.ofSeconds(20))
                .build();
    }

    @Test
    void information_isAskedForAndRead() throws Exception {
        try (FakeServer server = FakeServer.answering(
                        json(Answers.SPECIFICATIONS), json(Answers.USAGES), json(Answers.LIBRARIES));
                SandboxClient client = client(server)) {
            assertThat(client.specifications().container().count()).isEqualTo(4);
            assertThat(client.usages().processes()).isEqualTo(96);
            assertThat(client.libraries().programs()).containsExactly("awk");
            assertThat(server.requests().stream().map(FakeServer.Request::line))
                    .containsExactly(
                            "GET /specifications/ HTTP/1.1", "GET /usages/ HTTP/1.1", "GET /libraries/ HTTP/1.1");
        }
    }

    @Test
    void execute_withEverything_sendsOneForm() throws Exception {
        String answer = Answers.OK.replace(
                "}], ",
                "}], \"environment\": \"" + Answers.ID
                        + "\", \"expire\": \"2026-11-22T21:22:01.241696+00:00\", \"result\": \"42\\n\", ");
        try (FakeServer server = FakeServer.answering(json(answer));
                SandboxClient client = client(server)) {
            ExecuteRequest request = ExecuteRequest.builder()
                    .command(ShellCommand.of("make").mayingFail().withTimeout(Duration.ofSeconds(2)))
                    .environ("A", "b")
                    .resultPath("result.txt")
                    .environment(ID)
                    .save(true)
                    .build();
            Path upload = Files.writeString(directory.resolve("upload.tgz"), "archive");
            ExecuteResponse response = client.execute(request, Upload.of(upload));

            assertThat(response.environment())
                    .contains(new SavedEnvironment(ID, Instant.parse("2026-11-22T21:22:01.241696Z")));
            assertThat(response.result()).contains("42\n");
            FakeServer.Request sent = server.requests().get(0);
            assertThat(sent.line()).isEqualTo("POST /execute/ HTTP/1.1");
            String boundary = sent.headers().get("content-type").replace("multipart/form-data; boundary=", "--");
            assertThat(sent.text())
                    .isEqualTo(boundary
                            + "\r\nContent-Disposition: form-data; name=\"environment\"; filename=\"environment.tgz\"\r\n"
                            + "Content-Type: application/gzip\r\n\r\narchive\r\n"
                            + boundary
                            + "\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\n"
                            + "{\"commands\": [{\"command\": \"-make\", \"timeout\": 2}], \"environ\": {\"A\": \"b\"},"
                            + " \"result_path\": \"result.txt\", \"environment\": \""
                            + Answers.ID
                            + "\", \"save\": true}\r\n"
                            + boundary
                            + "--\r\n");
        }
    }

    @Test
    void once_overloadedServer_isAskedOnce() throws Exception {
        try (FakeServer server = FakeServer.answering(status(503, Answers.OVERLOADED), json(Answers.OK));
                SandboxClient client = client(server)) {
            assertThatThrownBy(() -> client.once().execute(TRUE)).isInstanceOf(ServerOverloadedException.class);
            assertThat(server.requests()).hasSize(1);
            assertThat(client.execute(TRUE).succeeded()).isTrue();
        }
    }

    @Test
    void at_otherServer_sharesCredentialsAndEnd() throws Exception {
        try (FakeServer first = FakeServer.answering(json(Answers.OK));
                FakeServer second = FakeServer.answering(json(Answers.OK))) {
            SandboxClient other;
            try (SandboxClient client =
                    SandboxClient.builder(first.uri()).bearerToken("secret").build()) {
                other = client.at(second.uri());
                assertThat(other.server()).isEqualTo(second.uri());
                assertThat(other.execute(TRUE).succeeded()).isTrue();
            }
            assertThat(first.requests()).isEmpty();
            assertThat(second.requests().get(0).headers()).containsEntry("authorization", "Bearer secret");
            assertThatThrownBy(() -> other.execute(TRUE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void download_toFile_replacesItWhenAllIsThere() throws Exception {
        try (FakeServer server = FakeServer.answering(status(200, "content"), status(200, "new"));
                SandboxClient client = client(server)) {
            Path file = directory.resolve("file");
            assertThat(client.downloadEnvironment(ID, file)).isEqualTo(7);
            assertThat(file).hasContent("content");
            assertThat(client.downloadFile(ID, "a b/ü?#%+\\.txt", file)).isEqualTo(3);
            assertThat(file).hasContent("new");
            assertThat(server.requests().stream().map(FakeServer.Request::line))
                    .containsExactly(
                            "GET /environments/" + Answers.ID + "/ HTTP/1.1",
                            "GET /files/" + Answers.ID + "/a%20b/%C3%BC%3F%23%25%2B%5C.txt/ HTTP/1.1");
            assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
        }
    }

    @Test
    void download_toChannel_leavesItOpen() throws Exception {
        try (FakeServer server = FakeServer.answering(status(200, "content"));
                SandboxClient client = client(server)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            var channel = Channels.newChannel(out);
            assertThat(client.downloadFile(ID, "f", channel)).isEqualTo(7);
            assertThat(channel.isOpen()).isTrue();
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("content");
        }
    }

    @Test
    void download_thatFails_leavesTheOldFileAndNothingElse() throws Exception {
        try (FakeServer server =
                        FakeServer.answering(FakeServer.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
                SandboxClient client = client(server)) {
            Path file = Files.writeString(directory.resolve("file"), "old");
            assertThatThrownBy(() -> client.downloadEnvironment(ID, file)).isInstanceOf(ServerException.class);
            assertThat(file).hasContent("old");
            assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
        }
    }

    @Test
    void size_isThatOfTheAnswer_orNothing() throws Exception {
        try (FakeServer server = FakeServer.answering(
                        FakeServer.raw("HTTP/1.1 200 OK\r\nContent-Length: 282\r\n\r\n"),
                        FakeServer.raw("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"));
                SandboxClient client = client(server)) {
            assertThat(client.environmentSize(ID)).isEqualTo(OptionalLong.of(282));
            assertThat(client.fileSize(ID, "a/b")).isEmpty();
            assertThat(server.requests().stream().map(FakeServer.Request::line))
                    .containsExactly(
                            "HEAD /environments/" + Answers.ID + "/ HTTP/1.1",
                            "HEAD /files/" + Answers.ID + "/a/b/ HTTP/1.1");
        }
    }

    @Test
    void future_cancelled_endsTheCall() throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.Exchange::stall);
                SandboxClient client = client(server)) {
            CompletableFuture<ExecuteResponse> call = client.executeAsync(TRUE);
            await(() -> !server.requests().isEmpty());
            call.cancel(true);
            assertThat(server.clientGone().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thread_interrupted_endsTheCall() throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.Exchange::stall);
                SandboxClient client = client(server)) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    client.execute(TRUE);
                } catch (InterruptedException | RuntimeException e) {
                    thrown.set(e);
                }
            });
            caller.start();
            await(() -> !server.requests().isEmpty());
            caller.interrupt();
            caller.join(10_000);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(server.clientGone().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void close_cancelsWhatRuns_andRefusesTheRest() throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.Exchange::stall)) {
            SandboxClient client = client(server);
            CompletableFuture<ExecuteResponse> call = client.executeAsync(TRUE);
            client.close();
            client.close();
            assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
            assertThatThrownBy(client::usages).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(client.within(Duration.ofSeconds(1))::usagesAsync)
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void manyCalls_atOnce_getTheirOwnAnswers() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {
                    String text = exchange.request().text();
                    String command = text.replaceAll("(?s).*\\[\"(.*?)\"\\].*", "$1");
                    json(Answers.response(0, Answers.result(command, 0, command, "")))
                            .answer(exchange);
                });
                SandboxClient client = client(server)) {
            List<CompletableFuture<ExecuteResponse>> calls = IntStream.range(0, 64)
                    .mapToObj(i -> client.executeAsync(
                            ExecuteRequest.builder().command("echo " + i).build()))
                    .toList();
            for (int i = 0; i < calls.size(); i++) {
                assertThat(calls.get(i)
                                .get(20, TimeUnit.SECONDS)
                                .execution()
                                .get(0)
                                .stdout())
                        .isEqualTo("echo " + i);
            }
        }
    }

    @Test
    void arguments_wrong_areRefusedBeforeAnythingIsSent() throws Exception {
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = client(server)) {
            for (String path : List.of("", "/a", "./a", "a/../b", "a//b", "a/")) {
                assertThatIllegalArgumentException().isThrownBy(() -> client.fileSize(ID, path));
            }
            ExecuteRequest.Builder large = ExecuteRequest.builder();
            for (int i = 0; i < 30; i++) {
                large.command("x".repeat(100_000));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.execute(large.build()))
                    .withMessageContaining("servers refuse more");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void upload_thatIsMissing_isALocalFailure() throws Exception {
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = client(server)) {
            assertThatThrownBy(() -> client.execute(TRUE, Upload.of(directory.resolve("missing"))))
                    .isInstanceOfSatisfying(ServerException.class, e -> {
                        assertThat(e.reason()).isEqualTo("local-file");
                        assertThat(e.runState()).isEqualTo(RunState.NOT_RUN);
                        assertThat(e.httpStatus()).isEmpty();
                    });
        }
    }

    @Test
    void response_asSuch_isNotAnExceptionWhenCommandsFail() throws Exception {
        try (FakeServer server =
                        FakeServer.answering(json(Answers.response(3, Answers.result("exit 3", 3, "", "no"))));
                SandboxClient client = client(server)) {
            ExecuteResponse response = client.execute(TRUE);
            assertThat(response.status()).isEqualTo(3);
            assertThat(response.succeeded()).isFalse();
            assertThat(response.environment()).isEqualTo(Optional.empty());
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(condition);
    }
}
