package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.protocol.ExecuteRequest;

/** How much of an answer is taken in, and what of it gets into messages. */
class AnswerBoundsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    /** What makes terminals and logs do something, or shows nothing. */
    private static final String CONTROLS = "\u001b]0;x\u0007\u009b31m\u202e\u2028\u200b\u0085\u007f";

    @TempDir
    private Path directory;

    private static void endless(FakeServer.Exchange exchange) throws IOException {
        exchange.send(OK + "\r\n{\"status\": \"");
        byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        while (true) {
            exchange.send(piece);
        }
    }

    private static ServerException failureOf(ThrowingCallable call) {
        Throwable[] failure = {null};
        assertThatExceptionOfType(ServerException.class).isThrownBy(call).satisfies(e -> failure[0] = e);
        return (ServerException) failure[0];
    }

    private static void assertTooLarge(ThrowingCallable call, String limit) {
        ServerException failure = failureOf(call);
        assertThat(failure.reason()).isEqualTo("answer-too-large");
        assertThat(failure).hasMessageContaining("more than " + limit + " bytes");
    }

    @Test
    void descriptionsOfServers_areAMebibyteAtMost() throws Exception {
        try (FakeServer server = FakeServer.answering(AnswerBoundsTest::endless);
                SandboxClient client = SandboxClient.builder(server.uri()).build()) {
            assertTooLarge(client::specifications, "1048576");
            assertTooLarge(client::usages, "1048576");
            assertTooLarge(() -> client.root().offer(), "1048576");
        }
    }

    /** The server then sends nothing at all, and would be waited for. */
    @Test
    void answerThatSaysThatItIsTooLarge_isNotWaitedFor() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {
                    exchange.send(OK + "Content-Length: 70000000000\r\n\r\n");
                    exchange.waitForClose();
                });
                SandboxClient client = SandboxClient.builder(server.uri()).build()) {
            assertTooLarge(client::usages, "1048576");
            assertTooLarge(client::libraries, "67108864");
            assertTooLarge(() -> client.execute(TRUE), "67108864");
            assertTooLarge(() -> client.downloadEnvironment(new UUID(0, 0), directory.resolve("file")), "17179869184");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-5", "+5", "0x5", "five", "5, 6", "99999999999999999999", "5\r\nContent-Length: 6"})
    void lengthOfNoSense_isAMalformedAnswer(String length) throws Exception {
        try (FakeServer server =
                        FakeServer.answering(FakeServer.raw(OK + "Content-Length: " + length + "\r\n\r\n{\"a\":1}"));
                SandboxClient client = SandboxClient.builder(server.uri())
                        .deadline(Duration.ofSeconds(20))
                        .build()) {
            assertThat(failureOf(client::libraries).reason()).isEqualTo("bad-answer");
            assertThat(failureOf(() -> client.environmentSize(new UUID(0, 0))).reason())
                    .isEqualTo("bad-answer");
            assertThat(failureOf(() -> client.downloadEnvironment(new UUID(0, 0), directory.resolve("file")))
                            .reason())
                    .isEqualTo("bad-answer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nLocation: http://x/%s\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 400 No\r\nContent-Length: 30\r\n\r\n%s                    ",
                "HTTP/1.1 2%s0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1%s\r\n\r\n1",
                "HTTP/1.1 200 OK\r\nX%s: y\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: %s\r\n\r\n",
                "%s\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{\"%s\": 1",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n"
            })
    void controlsOfServers_areInNoMessage(String answer) throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.raw(String.format(answer, CONTROLS)));
                SandboxClient client = SandboxClient.builder(server.uri())
                        .deadline(Duration.ofSeconds(20))
                        .build()) {
            StringWriter trace = new StringWriter();
            failureOf(() -> client.execute(TRUE)).printStackTrace(new PrintWriter(trace, true));
            assertThat(trace.toString().replaceAll("[\n\t]", ""))
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        }
    }

    @Test
    void textOfACommandThatWasNotStarted_isEscaped() throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.json(
                        Answers.response(0, Answers.result("true", 126, "OCI runtime exec failed: \\u001b[31m", ""))));
                SandboxClient client = SandboxClient.builder(server.uri()).build()) {
            assertThat(failureOf(() -> client.execute(TRUE))).hasMessageContaining("failed: \\u001b[31m");
        }
    }

    /** With less than the documented 64 MiB it is a matter of chance which thread of the JDK's client finds no memory first. */
    @Test
    void endlessAnswers_leaveRoomInASmallHeap() throws Exception {
        try (FakeServer server = FakeServer.answering(AnswerBoundsTest::endless)) {
            Process jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SmallHeap.class.getName(),
                            server.uri().toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("answer-too-large answer-too-large answer-too-large\n");
            assertThat(jvm.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** The server does not hang up. */
    @Test
    void closedClient_leavesNoThread() throws Exception {
        assumeThat(Runtime.version().feature())
                .as("clients of the JDK can be closed from 21 on")
                .isGreaterThanOrEqualTo(21);
        try (FakeServer server = FakeServer.answering(exchange -> {
            exchange.keep();
            exchange.send("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
        })) {
            long before = selectors();
            SandboxClient client = SandboxClient.builder(server.uri()).build();
            assertThat(client.environmentSize(new UUID(0, 0))).isEmpty();
            assertThat(failureOf(client::libraries).reason()).isEqualTo("not-found");
            assertThat(selectors()).isGreaterThan(before);
            client.close();
            Awaitility.await().untilAsserted(() -> assertThat(selectors()).isLessThanOrEqualTo(before));
        }
    }

    private static long selectors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("SelectorManager"))
                .count();
    }
}
