package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.sandbox4j.remote.FakeServer.json;
import static org.sandbox4j.remote.FakeServer.raw;
import static org.sandbox4j.remote.FakeServer.status;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.ShellResult;
import org.sandbox4j.protocol.WireCodec;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/**
 * What servers of the protocol do and clients stumble over, by the section of the protocol's description that tells it:
 * 1 endpoints, 2 requests, 3 answers, 4 environments, 5 information, 6 failures, 8 security, 10 clients.
 */
class ProtocolTrapsTest {
    private static final UUID ID = UUID.fromString(Answers.ID);
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();
    private static final String NOT_STARTED = "cannot exec in a stopped state: unknown";

    @TempDir
    private Path directory;

    private static SandboxClientBuilder builder(FakeServer server) {
        return SandboxClient.builder(server.uri())
                .backoff(4, Duration.ofMillis(1), Duration.ofMillis(2))
                .deadline(Duration.ofSeconds(20));
    }

    private static ExecuteResponse executed(String answer) throws Exception {
        try (FakeServer server = FakeServer.answering(json(answer));
                SandboxClient client = builder(server).build()) {
            return client.execute(TRUE);
        }
    }

    private static ServerException failure(SandboxClient client) {
        ServerException failure = catchThrowableOfType(ServerException.class, () -> client.execute(TRUE));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void section1_everyPathEndsWithASlash_alsoBelowAPrefix() {
        for (String server : new String[] {"http://host/a", "http://host/a/"}) {
            Endpoint endpoint = Endpoint.of(URI.create(server));
            assertThat(endpoint.at("execute")).hasToString("http://host/a/execute/");
            assertThat(endpoint.environment(ID)).hasToString("http://host/a/environments/" + Answers.ID + "/");
            assertThat(endpoint.file(ID, "d/f")).hasToString("http://host/a/files/" + Answers.ID + "/d/f/");
        }
    }

    @Test
    void section1_idsAreInLowerCaseWithHyphens() {
        UUID id = UUID.fromString("ABCDEF00-0000-4000-8000-00000000000A");
        assertThat(Endpoint.of(URI.create("http://host")).environment(id))
                .hasToString("http://host/environments/abcdef00-0000-4000-8000-00000000000a/");
    }

    @Test
    void section1_answersWithoutLengthInChunksAndWithLength_areRead() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(20) + "\r\n" + Answers.OK.substring(0, 20) + "\r\n"
                + Integer.toHexString(Answers.OK.length() - 20) + "\r\n" + Answers.OK.substring(20) + "\r\n0\r\n\r\n";
        try (FakeServer server = FakeServer.answering(json(Answers.OK), raw(chunked), status(200, Answers.OK));
                SandboxClient client = builder(server).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.execute(TRUE).succeeded()).isTrue();
            }
        }
    }

    @Test
    void section1_chunkedUploadsAreReadAsEmpty_soTheLengthIsSent() throws Exception {
        Path file = Files.write(directory.resolve("upload"), new byte[100_000]);
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            client.execute(TRUE, Upload.of(file));
            FakeServer.Request request = server.requests().get(0);
            assertThat(request.headers()).doesNotContainKey("transfer-encoding");
            assertThat(request.headers().get("content-length"))
                    .isEqualTo(Integer.toString(request.text().length()));
        }
    }

    @Test
    void section1_connectionIsNotUpgraded() throws Exception {
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            client.execute(TRUE);
            assertThat(server.requests().get(0).headers()).doesNotContainKeys("upgrade", "http2-settings");
        }
    }

    /** The page would be taken for the next answer on the connection. */
    @Test
    void section1_bodyAfterAFailedHead_isNoAnswerToAnotherCall() throws Exception {
        FakeServer.Script badHead = exchange -> {
            exchange.send(
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            exchange.keep();
        };
        FakeServer.Script goodHead = exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 282\r\n\r\n");
            exchange.keep();
        };
        for (int i = 0; i < 20; i++) {
            try (FakeServer server = FakeServer.answering(badHead, goodHead, status(200, Answers.OK));
                    SandboxClient client = builder(server).build()) {
                assertThat(client.environmentSize(ID)).isEmpty();
                assertThat(client.environmentSize(ID)).hasValue(282);
                assertThat(client.execute(TRUE).succeeded()).isTrue();
            }
        }
    }

    @Test
    void section2_uploadHasAFileName_andTheConfigurationHasNone() throws Exception {
        try (FakeServer server = FakeServer.answering(json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            client.execute(TRUE, Upload.of(new byte[] {1}));
            assertThat(server.requests().get(0).text())
                    .contains("name=\"environment\"; filename=\"environment.tgz\"\r\n")
                    .contains("name=\"config\"\r\n\r\n{");
        }
    }

    @Test
    void section2_commandObjectsHaveNoOtherKeys() {
        ExecuteRequest request = ExecuteRequest.builder()
                .command(ShellCommand.of("x").mayingFail().withTimeout(Duration.ofSeconds(1)))
                .build();
        assertThat(new String(WireCodec.write(request), StandardCharsets.UTF_8))
                .isEqualTo("{\"commands\": [{\"command\": \"-x\", \"timeout\": 1}]}");
    }

    @Test
    void section2_configurationThatServersRefuse_isNotSent() {
        ExecuteRequest.Builder request = ExecuteRequest.builder();
        for (int i = 0; i < 21; i++) {
            request.command("x".repeat(131_000));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Configs.json(request.build()));
    }

    @Test
    void section2_oneLineErrors_areQuoted() throws Exception {
        try (FakeServer server = FakeServer.answering(status(400, "Command badly formatted : '1'"));
                SandboxClient client = builder(server).build()) {
            assertThat(failure(client))
                    .hasMessage("POST " + server.uri() + "execute/: answered 400: 'Command badly formatted : '1''.");
        }
    }

    @Test
    void section2_unknownEnvironment_isToldFromOtherFailures() throws Exception {
        try (FakeServer server =
                        FakeServer.answering(status(404, "No environment with UUID '" + Answers.ID + "' found"));
                SandboxClient client = builder(server).build()) {
            ServerException failure = failure(client);
            assertThat(failure).isInstanceOf(EnvironmentNotFoundException.class);
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
            assertThat(failure.httpStatus()).hasValue(404);
        }
    }

    @Test
    void section2_status500_mayHaveRunAndIsNotRepeated() throws Exception {
        try (FakeServer server = FakeServer.answering(status(500, "<h1>Server Error (500)</h1>"), json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            ServerException failure = failure(client);
            assertThat(failure.runState()).isEqualTo(RunState.MAY_HAVE_RUN);
            assertThat(failure).hasMessageEndingWith("answered 500: 'Server Error (500)'.");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void section3_missingResultFile_hidesTheStatus_butNotTheCommands() throws Exception {
        ExecuteResponse response = executed(Answers.response(-3, Answers.result("exit 4", 4, "", "")));
        assertThat(response.status()).isEqualTo(ExecuteResponse.NO_RESULT_FILE);
        assertThat(response.execution().get(0).exitCode()).isEqualTo(4);
        assertThat(executed(Answers.response(-4, Answers.result("true", 0, "", "")))
                        .status())
                .isEqualTo(ExecuteResponse.RESULT_NOT_TEXT);
    }

    @Test
    void section3_leadingHyphenOfACommandItself_isNotTakenForPermissionToFail() {
        ExecuteRequest request = ExecuteRequest.builder().command("-x").build();
        assertThat(new String(WireCodec.write(request), StandardCharsets.UTF_8)).isEqualTo("{\"commands\": [\" -x\"]}");
    }

    @Test
    void section3_timeouts_areNoExitCodes() throws Exception {
        ExecuteResponse response = executed(
                Answers.response(-2, Answers.result("sleep 9", -2, "", "Command timed out after 0.5 seconds\\n")));
        assertThat(response.status()).isEqualTo(ExecuteResponse.TIMED_OUT);
        assertThat(response.execution()).allMatch(ShellResult::isTimedOut);
    }

    @Test
    void section3_timeoutOfZeroWouldMeanNone_soItIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShellCommand.of("true").withTimeout(Duration.ZERO));
    }

    /** The command ran and its output is no UTF-8, or it did not run: nobody can tell, and nothing is repeated. */
    @Test
    void section3_statusMinusOne_isUnknownAndNotRepeated() throws Exception {
        String answer =
                Answers.response(-1, Answers.result("cat x", -1, "", "An unknown error occurred on the sandbox\\n"));
        try (FakeServer server = FakeServer.answering(json(answer));
                SandboxClient client = builder(server).repeatFailedStarts(true).build()) {
            ExecuteResponse response = client.execute(TRUE);
            assertThat(response.status()).isEqualTo(ExecuteResponse.UNKNOWN);
            assertThat(response.execution()).allMatch(ShellResult::isUnknown);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void section3_nulInCommandsAndVariables_isRefusedHere() {
        assertThatIllegalArgumentException().isThrownBy(() -> ShellCommand.of("a\0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().environ("A", "\0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().environ("", "x"));
    }

    /** Names with it are other names than those that servers give, and the older file would win. */
    @Test
    void section4_archivesHaveNoDotSlash() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree/d")).getParent();
        for (Path path : new Path[] {Files.writeString(tree.resolve("a.txt"), ""), tree.resolve("d")}) {
            Files.setLastModifiedTime(path, FileTime.fromMillis(0)); // Fractions would come with a header of their own.
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveWriter.create().write(tree, out);
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes();
        assertThat(new String(tar, 0, 100, StandardCharsets.US_ASCII)).startsWith("a.txt\0");
        assertThat(new String(tar, StandardCharsets.ISO_8859_1)).doesNotContain("./");
    }

    @Test
    void section4_pathsWithDotSlash_areNotAskedFor() {
        Endpoint endpoint = Endpoint.of(URI.create("http://host"));
        assertThatIllegalArgumentException().isThrownBy(() -> endpoint.file(ID, "./n.txt"));
    }

    @Test
    void section4_failedMerge_isExplained() throws Exception {
        ExecuteRequest request =
                ExecuteRequest.builder().command("true").environment(ID).build();
        try (FakeServer server = FakeServer.answering(status(500, "<h1>Server Error (500)</h1>"));
                SandboxClient client = builder(server).build()) {
            ServerException failure = catchThrowableOfType(
                    ServerException.class, () -> client.execute(request, Upload.of(new byte[] {1})));
            assertThat(failure)
                    .hasMessageContaining(
                            "Servers fail to merge an upload with a saved environment when a symbolic link");
            assertThat(failure(client)).hasMessageNotContaining("merge");
        }
    }

    @Test
    void section4_contentDisposition_isNotLookedAt() throws Exception {
        try (FakeServer server = FakeServer.answering(
                        status(200, "x", "Content-Disposition: =?utf-8?b?YXR0YWNobWVudDsgZmlsZW5hbWU9Li4vLi4v?="));
                SandboxClient client = builder(server).build()) {
            Path file = directory.resolve("file");
            assertThat(client.downloadFile(ID, "../x".substring(3), file)).isEqualTo(1);
            assertThat(directory).isDirectoryContaining(path -> path.equals(file));
        }
    }

    @Test
    void section4_downloadOfUnknownLength_isRefused() throws Exception {
        try (FakeServer server = FakeServer.answering(json("may be cut anywhere"));
                SandboxClient client = builder(server).build()) {
            ServerException failure = catchThrowableOfType(
                    ServerException.class, () -> client.downloadEnvironment(ID, directory.resolve("file")));
            assertThat(failure.reason()).isEqualTo("bad-answer");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void section4_downloadInChunks_isTaken() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FakeServer server = FakeServer.answering(
                        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n"));
                SandboxClient client = builder(server).build()) {
            assertThat(client.downloadFile(ID, "f", Channels.newChannel(out))).isEqualTo(4);
        }
    }

    @Test
    void section5_nullsAndOtherShapes_areRead() throws Exception {
        String json = Answers.SPECIFICATIONS
                .replace("\"core\": 2", "\"core\": null")
                .replace("\"read_bps\": {}", "\"read_bps\": [{\"Path\": \"/dev/sda\", \"Rate\": 9}]");
        try (FakeServer server = FakeServer.answering(json(json));
                SandboxClient client = builder(server).build()) {
            var specifications = client.specifications();
            assertThat(specifications.host().cpu().core()).isEmpty();
            assertThat(specifications.container().io().readBytes()).containsEntry("/dev/sda", 9L);
            assertThat(specifications.extensions()).isEmpty();
        }
    }

    @Test
    void section6_overload_isRepeatedUntilThereIsAPlace() throws Exception {
        try (FakeServer server = FakeServer.answering(
                        status(503, Answers.OVERLOADED), status(503, Answers.OVERLOADED), json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            Path upload = Files.writeString(directory.resolve("upload"), "archive");
            assertThat(client.execute(TRUE, Upload.of(upload)).succeeded()).isTrue();
            assertThat(server.requests())
                    .hasSize(3)
                    .allMatch(request -> request.text().contains("archive"));
        }
    }

    @Test
    void section6_overloadForEver_isGivenUp() throws Exception {
        try (FakeServer server = FakeServer.answering(status(503, Answers.OVERLOADED));
                SandboxClient client = builder(server).build()) {
            ServerException failure = failure(client);
            assertThat(failure).isInstanceOf(ServerOverloadedException.class);
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
            assertThat(failure).hasMessageMatching("POST .*/execute/ after 4 attempts in \\d+ ms: answered 503: .*");
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void section6_retryAfter_isWaitedFor() throws Exception {
        try (FakeServer server = FakeServer.answering(status(503, "busy", "Retry-After: 1"), json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            long start = System.nanoTime();
            assertThat(client.execute(TRUE).succeeded()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void section6_retryAfterBeyondTheDeadline_failsAtOnce() throws Exception {
        for (String wish : new String[] {"3600", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
            try (FakeServer server = FakeServer.answering(status(503, "busy", "Retry-After: " + wish));
                    SandboxClient client = builder(server).build()) {
                assertThat(failure(client)).isInstanceOf(ServerOverloadedException.class);
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void section6_overloadAccordingToAProxy_isNotRepeatedForCommands() throws Exception {
        String page = "<h1>Service Unavailable</h1>";
        try (FakeServer server = FakeServer.answering(status(503, page), status(503, page), json(Answers.USAGES));
                SandboxClient client = builder(server).build()) {
            ServerException failure = failure(client);
            assertThat(failure.reason()).isEqualTo("server-error");
            assertThat(failure.runState()).isEqualTo(RunState.MAY_HAVE_RUN);
            assertThat(server.requests()).hasSize(1);
            assertThat(client.usages().processes())
                    .as("nothing runs twice here")
                    .isEqualTo(96);
        }
    }

    @Test
    void section6_exitCode126OfTheEngine_isNoResult() throws Exception {
        for (String text : new String[] {NOT_STARTED, "OCI runtime exec failed: exec failed: container not running"}) {
            try (FakeServer server =
                            FakeServer.answering(json(Answers.response(126, Answers.result("true", 126, text, ""))));
                    SandboxClient client = builder(server).build()) {
                ServerException failure = failure(client);
                assertThat(failure)
                        .isInstanceOfSatisfying(
                                CommandNotStartedException.class,
                                e -> assertThat(e.response().status()).isEqualTo(126));
                assertThat(failure.runState()).isEqualTo(RunState.MAY_HAVE_RUN);
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void section6_exitCode126OfACommand_isItsResult() throws Exception {
        ExecuteResponse response =
                executed(Answers.response(126, Answers.result("./x", 126, "", "bash: ./x: Permission denied")));
        assertThat(response.status()).isEqualTo(126);
    }

    @Test
    void section6_commandsThatWereNotStarted_areRepeatedOnRequestOnly() throws Exception {
        String nothing = Answers.response(126, Answers.result("true", 126, NOT_STARTED, ""));
        String second =
                Answers.response(126, Answers.result("a", 0, "", ""), Answers.result("b", 126, NOT_STARTED, ""));
        try (FakeServer server = FakeServer.answering(json(nothing), json(Answers.OK));
                SandboxClient client = builder(server).repeatFailedStarts(true).build()) {
            assertThat(client.execute(TRUE).succeeded()).isTrue();
            assertThat(server.requests()).hasSize(2);
        }
        try (FakeServer server = FakeServer.answering(json(second), json(Answers.OK));
                SandboxClient client = builder(server).repeatFailedStarts(true).build()) {
            assertThat(failure(client)).isInstanceOf(CommandNotStartedException.class);
            assertThat(server.requests()).as("the first command has run").hasSize(1);
        }
    }

    @Test
    void section6_lostAnswer_isNotAskedForAgain() throws Exception {
        try (FakeServer server = FakeServer.answering(exchange -> {}, json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            assertThat(failure(client).runState()).isEqualTo(RunState.MAY_HAVE_RUN);
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** The JDK repeats some requests whose connection turns out to be closed. */
    @Test
    void section6_lostAnswerOnAConnectionThatWasKept_isNotAskedForAgain() throws Exception {
        FakeServer.Script notAnswering = exchange -> {};
        try (FakeServer server = FakeServer.answering(raw(""), keepingAnswer(), notAnswering, json(Answers.OK));
                SandboxClient client = builder(server).build()) {
            assertThat(failure(client).runState()).isEqualTo(RunState.MAY_HAVE_RUN);
            assertThat(client.execute(TRUE).succeeded()).isTrue();
            assertThat(failure(client).runState()).isEqualTo(RunState.MAY_HAVE_RUN);
            assertThat(server.requests()).hasSize(3);
            assertThat(server.connections())
                    .as("the second and the third shared one")
                    .isEqualTo(2);
        }
    }

    private static FakeServer.Script keepingAnswer() {
        return exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + Answers.OK.length() + "\r\n\r\n" + Answers.OK);
            exchange.keep();
        };
    }

    @Test
    void section8_resultPathsOfTheHost_areRefusedHere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().resultPath("/etc/passwd"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().resultPath("../x"));
    }

    @Test
    void section10_pathsAreEscaped() throws IOException {
        assertThat(Endpoint.of(URI.create("http://host")).file(ID, "a?#%+\\ \"é\n"))
                .hasToString("http://host/files/" + Answers.ID + "/a%3F%23%25%2B%5C%20%22%C3%A9%0A/");
    }
}
