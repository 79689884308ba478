package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.sandbox4j.remote.FakeServer.json;
import static org.sandbox4j.remote.FakeServer.raw;
import static org.sandbox4j.remote.FakeServer.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.JsonLimits;

/** Whatever a server does, a call ends in time with an exception that tells whether commands may have run. */
class MisbehavingServerTest {
    private static final UUID ID = UUID.fromString(Answers.ID);
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String TOKEN = "s3cr3t-token";

    @TempDir
    private Path directory;

    /** The first call of a JVM takes long, and a short deadline would pass before anything is sent. */
    @BeforeAll
    static void makeAFirstCall() throws Exception {
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = client(server.uri(), LONG)) {
            assertThat(client.execute(TRUE).succeeded()).isTrue();
        }
    }

    private static SandboxClient client(URI uri, Duration deadline) {
        return SandboxClient.builder(uri)
                .backoff(3, Duration.ofMillis(1), Duration.ofMillis(2))
                .deadline(deadline)
                .bearerToken(TOKEN)
                .answerLimits(JsonLimits.DEFAULT.withMaxBytes(100_000))
                .maxDownloadBytes(100_000)
                .build();
    }

    private static ServerException failureOf(ThrowingCallable call) {
        ServerException failure = catchThrowableOfType(ServerException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure).hasMessageNotContaining(TOKEN);
        return failure;
    }

    private static void assertFails(FakeServer.Script script, Duration deadline, String reason, RunState state)
            throws IOException {
        try (FakeServer server = FakeServer.answering(script);
                SandboxClient client = client(server.uri(), deadline)) {
            long start = System.nanoTime();
            ServerException failure = failureOf(() -> client.execute(TRUE));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
            assertThat(failure.runState()).as(failure.getMessage()).isEqualTo(state);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            assertThat(server.requests()).as("a POST is never repeated").hasSize(1);
        }
    }

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    @Test
    void cut_beforeTheAnswer_mayHaveRun() throws Exception {
        assertFails(exchange -> {}, LONG, "connection-lost", RunState.MAY_HAVE_RUN);
    }

    @Test
    void cut_inTheHeaders_mayHaveRun() throws Exception {
        assertFails(raw("HTTP/1.1 200 OK\r\nContent-Le"), LONG, "connection-lost", RunState.MAY_HAVE_RUN);
    }

    @Test
    void cut_inABodyWithoutLength_isNoticedByItsJson() throws Exception {
        String cut = Answers.OK.substring(0, Answers.OK.length() - 1);
        assertFails(json(cut), LONG, "bad-answer", RunState.HAS_RUN);
    }

    @Test
    void cut_inABodyWithLength_isNoticed() throws Exception {
        assertFails(
                raw(HEAD + "Content-Length: 500\r\n\r\n" + Answers.OK), LONG, "connection-lost", RunState.MAY_HAVE_RUN);
    }

    @Test
    void cut_inChunks_isNoticed() throws Exception {
        assertFails(
                raw(HEAD + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"status\": 0, \"e\r\n"),
                LONG,
                "connection-lost",
                RunState.MAY_HAVE_RUN);
    }

    @Test
    void lengthThatIsTooShort_isNoticed() throws Exception {
        assertFails(raw(HEAD + "Content-Length: 20\r\n\r\n" + Answers.OK), LONG, "bad-answer", RunState.HAS_RUN);
    }

    @Test
    void stall_beforeTheAnswer_endsAtTheDeadline() throws Exception {
        assertFails(FakeServer.Exchange::stall, SHORT, "deadline", RunState.MAY_HAVE_RUN);
    }

    @Test
    void stall_inTheBody_endsAtTheDeadline() throws Exception {
        assertFails(
                exchange -> {
                    exchange.send(HEAD + "Content-Length: 500\r\n\r\n{");
                    exchange.stall();
                },
                SHORT,
                "deadline",
                RunState.MAY_HAVE_RUN);
    }

    @Test
    void slowDrip_endsAtTheDeadline() throws Exception {
        assertFails(
                exchange -> {
                    exchange.send(HEAD + "\r\n");
                    dripUntilCut(exchange, " ");
                },
                SHORT,
                "deadline",
                RunState.MAY_HAVE_RUN);
    }

    @Test
    void slowDrip_ofHeaders_endsAtTheDeadline() throws Exception {
        assertFails(
                exchange -> {
                    exchange.send(HEAD);
                    dripUntilCut(exchange, "X: y\r\n");
                },
                SHORT,
                "deadline",
                RunState.MAY_HAVE_RUN);
    }

    /** A piece each millisecond, until the client has had enough. */
    private static void dripUntilCut(FakeServer.Exchange exchange, String piece) throws IOException {
        for (int i = 0; i < 20_000; i++) {
            exchange.send(piece);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void endlessBody_isCutAtTheLimit() throws Exception {
        assertFails(
                exchange -> {
                    exchange.send(HEAD + "\r\n{\"status\": \"");
                    for (int i = 0; i < 100_000; i++) {
                        exchange.send("x".repeat(10_000));
                    }
                },
                LONG,
                "answer-too-large",
                RunState.HAS_RUN);
    }

    @Test
    void endlessHeaders_endInTime() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {
                    exchange.send(HEAD);
                    for (int i = 0; i < 1_000_000; i++) {
                        exchange.send("X-" + i + ": " + "x".repeat(1000) + "\r\n");
                    }
                });
                SandboxClient client = client(server.uri(), Duration.ofSeconds(3))) {
            assertThat(failureOf(() -> client.execute(TRUE)).reason()).isIn("connection-lost", "deadline");
        }
    }

    @Test
    void deepJson_isRefused() throws Exception {
        assertFails(json("[".repeat(50_000)), LONG, "bad-answer", RunState.HAS_RUN);
    }

    @Test
    void html_withStatus200_isQuotedInPlainText() throws Exception {
        try (FakeServer server = FakeServer.answering(json("<html><h1>Please  log\nin</h1></html>"));
                SandboxClient client = client(server.uri(), LONG)) {
            ServerException failure = failureOf(() -> client.execute(TRUE));
            assertThat(failure.reason()).isEqualTo("bad-answer");
            assertThat(failure).hasMessageEndingWith("The answer begins with 'Please log in'.");
        }
    }

    @Test
    void html_withStatus500_mayHaveRun() throws Exception {
        assertFails(status(500, "<h1>Server Error (500)</h1>"), LONG, "server-error", RunState.MAY_HAVE_RUN);
        assertFails(status(502, "Bad gateway"), LONG, "server-error", RunState.MAY_HAVE_RUN);
        assertFails(status(599, ""), LONG, "server-error", RunState.MAY_HAVE_RUN);
    }

    @Test
    void endlessErrorPage_isCutAndQuoted() throws Exception {
        assertFails(
                exchange -> {
                    exchange.send("HTTP/1.1 500 Oops\r\n\r\n");
                    for (int i = 0; i < 100_000; i++) {
                        exchange.send("x".repeat(10_000));
                    }
                },
                LONG,
                "server-error",
                RunState.MAY_HAVE_RUN);
    }

    @Test
    void redirect_isNotFollowed() throws Exception {
        try (FakeServer elsewhere = FakeServer.answering(json(Answers.OK))) {
            for (int code : new int[] {301, 302, 303, 307, 308}) {
                assertFails(
                        status(code, "", "Location: " + elsewhere.uri() + "execute/"),
                        LONG,
                        "redirected",
                        RunState.MAY_HAVE_RUN);
            }
            assertThat(elsewhere.requests()).as("nothing is sent elsewhere").isEmpty();
        }
    }

    @Test
    void otherSuccesses_areNoAnswers() throws Exception {
        assertFails(status(201, Answers.OK), LONG, "bad-answer", RunState.MAY_HAVE_RUN);
        assertFails(raw("HTTP/1.1 204 No Content\r\n\r\n"), LONG, "bad-answer", RunState.MAY_HAVE_RUN);
    }

    @Test
    void nonsense_isALostConnection() throws Exception {
        assertFails(raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), LONG, "connection-lost", RunState.MAY_HAVE_RUN);
    }

    @Test
    void refusals_haveNotRun() throws Exception {
        assertFails(status(400, "Command list cannot be empty"), LONG, "refused", RunState.NOT_RUN);
        assertFails(status(401, ""), LONG, "unauthorized", RunState.NOT_RUN);
        assertFails(status(403, ""), LONG, "unauthorized", RunState.NOT_RUN);
        assertFails(status(405, "", "Allow: GET"), LONG, "refused", RunState.NOT_RUN);
        assertFails(status(413, ""), LONG, "refused", RunState.NOT_RUN);
    }

    @Test
    void noServer_hasNotRun() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (SandboxClient client = client(URI.create("http://127.0.0.1:" + port), LONG)) {
            ServerException failure = failureOf(() -> client.execute(TRUE));
            assertThat(failure.reason()).isEqualTo("unreachable");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
        }
    }

    @Test
    void hostWithoutAddress_isUnreachable() {
        try (SandboxClient client = client(URI.create("http://sandbox.invalid/"), LONG)) {
            assertThat(failureOf(() -> client.execute(TRUE)).reason()).isEqualTo("unreachable");
        }
    }

    /** A large upload fills all buffers, so that the last part, the configuration, is never sent. */
    @Test
    void stall_duringTheUpload_hasNotRun() throws Exception {
        try (FakeServer server =
                        FakeServer.answering(FakeServer.Exchange::waitForClose).notReadingBodies();
                SandboxClient client = client(server.uri(), SHORT)) {
            ServerException failure = failureOf(() -> client.execute(TRUE, Upload.of(new byte[64 << 20])));
            assertThat(failure.reason()).isEqualTo("deadline");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
        }
    }

    @Test
    void cut_duringTheUpload_hasNotRun() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {}).notReadingBodies();
                SandboxClient client = client(server.uri(), LONG)) {
            ServerException failure = failureOf(() -> client.execute(TRUE, Upload.of(new byte[64 << 20])));
            assertThat(failure.reason()).isEqualTo("connection-lost");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
        }
    }

    @Test
    void download_beyondTheLimit_isRefused() throws Exception {
        try (FakeServer server = FakeServer.answering(status(200, "x".repeat(200_000)));
                SandboxClient client = client(server.uri(), LONG)) {
            ServerException failure = failureOf(() -> client.downloadEnvironment(ID, directory.resolve("file")));
            assertThat(failure.reason()).isEqualTo("answer-too-large");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void download_toAChannelThatFails_isALocalFailure() throws Exception {
        WritableByteChannel full = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer buffer) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        try (FakeServer server = FakeServer.answering(status(200, "content"));
                SandboxClient client = client(server.uri(), LONG)) {
            ServerException failure = failureOf(() -> client.downloadFile(ID, "f", full));
            assertThat(failure.reason()).isEqualTo("local-file");
            assertThat(failure).hasMessageContaining("No space left");
        }
    }

    @Test
    void download_whoseFileCannotBeMade_sendsNothing() throws Exception {
        try (FakeServer server = FakeServer.answering(status(200, "content"));
                SandboxClient client = client(server.uri(), LONG)) {
            Path target = Files.writeString(directory.resolve("file"), "").resolve("below");
            assertThat(failureOf(() -> client.downloadEnvironment(ID, target)).reason())
                    .isEqualTo("local-file");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void token_quotedByTheServer_isMasked() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> status(
                                400, "you sent " + exchange.request().headers().get("authorization"))
                        .answer(exchange));
                SandboxClient client = client(server.uri(), LONG)) {
            ServerException failure = failureOf(() -> client.execute(TRUE));
            assertThat(failure).hasMessageEndingWith("'you sent Bearer ***'.");
            assertThat(client.toString()).doesNotContain(TOKEN);
            assertThat(SandboxClient.builder(server.uri()).bearerToken(TOKEN).toString())
                    .contains("token ***")
                    .doesNotContain(TOKEN);
        }
    }

    @Test
    void download_slow_endsAtTheDeadlineAndLeavesNothing() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n");
                    dripUntilCut(exchange, "x");
                });
                SandboxClient client = client(server.uri(), SHORT)) {
            ServerException failure = failureOf(() -> client.downloadEnvironment(ID, directory.resolve("file")));
            assertThat(failure.reason()).isEqualTo("deadline");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void channel_isWrittenToAsBytesCome() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst");
                    exchange.stall();
                });
                SandboxClient client = client(server.uri(), LONG)) {
            var out = new ByteArrayOutputStream();
            var call = client.downloadFileAsync(ID, "f", Channels.newChannel(out));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> out.toString(StandardCharsets.UTF_8).equals("first"));
            call.cancel(true);
        }
    }
}
