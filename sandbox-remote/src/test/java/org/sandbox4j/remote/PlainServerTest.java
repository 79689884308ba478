package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.remote.Answers.response;
import static org.sandbox4j.remote.Answers.result;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.Termination;

/** What plain servers may answer to a run of a sandbox, by accident or on purpose, from fakes of them. */
class PlainServerTest {
    private static final String SAVED =
            ", \"environment\": \"" + Answers.ID + "\", \"expire\": \"2030-11-22T21:22:01.241696+00:00\"";

    @TempDir
    private Path directory;

    private Path root;

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectories(directory.resolve("sandbox/root"));
        Files.writeString(root.resolve("kept"), "kept");
        Files.createDirectories(root.resolve("build"));
        Files.writeString(directory.resolve("outside"), "outside");
    }

    private static FakeServer answering(FakeServer.Script... executions) throws IOException {
        List<FakeServer.Script> scripts = new ArrayList<>(List.of(executions));
        return FakeServer.answering(exchange -> {
            String line = exchange.request().line();
            if (line.startsWith("GET /specifications/")) {
                FakeServer.json(Answers.SPECIFICATIONS).answer(exchange);
            } else if (line.startsWith("POST /execute/")) {
                (scripts.size() > 1 ? scripts.remove(0) : scripts.get(0)).answer(exchange);
            } else {
                FakeServer.status(404, "No such file").answer(exchange);
            }
        });
    }

    /** What the program on the server wrote; each line ends with a newline. */
    private static FakeServer.Script answer(String... lines) {
        String text = String.join("\\n", lines) + "\\n";
        return FakeServer.json(saved(response(0, result("exec perl", 0, "", "")), ", \"result\": \"" + text + "\""));
    }

    private static FakeServer.Script ended(int status, ShellEnd end) {
        return FakeServer.json(saved(response(status, result("exec perl", end.code, end.stdout, end.stderr)), ""));
    }

    private static String saved(String response, String more) {
        return response.substring(0, response.length() - 1) + SAVED + more + "}";
    }

    private record ShellEnd(int code, String stdout, String stderr) {}

    private Sandbox sandbox(FakeServer server) {
        return Sandbox.builder(directory.resolve("sandbox"))
                .backend("remote")
                .with(RemoteOptions.server(server.uri()))
                .open();
    }

    private SandboxResult run(FakeServer server, SandboxFlags... flags) throws InterruptedException {
        try (Sandbox sandbox = sandbox(server)) {
            sandbox.markDirectory("/build");
            return sandbox.execute(
                    SandboxCommand.builder("true").flags(flags).mayFail(true).build());
        }
    }

    private void assertFails(FakeServer.Script script, String reason, RunState state) throws Exception {
        try (FakeServer server = answering(script)) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
                    .satisfies(e -> assertThat(e.runState()).isEqualTo(state));
        }
        assertNothingChanged();
    }

    private void assertNothingChanged() throws IOException {
        assertThat(root.resolve("kept")).hasContent("kept");
        assertThat(directory.resolve("outside")).hasContent("outside");
        assertThat(directory.resolve("sandbox/scratch")).doesNotExist();
        try (Stream<Path> entries = Files.list(root)) {
            assertThat(entries).containsExactlyInAnyOrder(root.resolve("kept"), root.resolve("build"));
        }
    }

    @Test
    void answer_ofTheProgram_isTheResult() throws Exception {
        try (FakeServer server =
                answering(answer("ended 0 1792 0.250 0.020 0.030", "text 0 out %00%20a%0A", "text 0 err %C3%A9"))) {
            SandboxResult result = run(server);
            assertThat(result.termination()).isEqualTo(new Termination.Exited(7));
            assertThat(result.stdout().bytes()).isEqualTo(new byte[] {0, ' ', 'a', '\n'});
            assertThat(result.stderr().text()).isEqualTo("\u00e9");
            assertThat(result.usage().wall()).isEqualTo(Duration.ofMillis(250));
            assertThat(result.usage().user()).contains(Duration.ofMillis(20));
        }
        assertNothingChanged();
    }

    @Test
    void containerThatWasStopping_isTriedAgain() throws Exception {
        FakeServer.Script stopped = ended(126, new ShellEnd(126, "cannot exec in a stopped state: unknown", ""));
        try (FakeServer server = answering(stopped, stopped, answer("ended 0 0 0.010 0.000 0.000"))) {
            assertThat(run(server).succeeded()).isTrue();
            assertThat(server.requests())
                    .filteredOn(request -> request.line().startsWith("POST"))
                    .hasSize(3);
        }
        assertFails(stopped, "not-started", RunState.NOT_RUN);
    }

    /** Its shell would have said why it cannot start the program. */
    @Test
    void failedStart_mayHaveNoText() throws Exception {
        FakeServer.Script silent = ended(126, new ShellEnd(126, "", ""));
        try (FakeServer server = answering(silent, answer("ended 0 0 0.010 0.000 0.000"))) {
            assertThat(run(server).succeeded()).isTrue();
        }
    }

    @Test
    void silentServer_isNotWaitedForWhenASandboxIsOpened() throws Exception {
        try (FakeServer server = FakeServer.answering(FakeServer.Exchange::stall)) {
            assertThatExceptionOfType(SandboxUnavailableException.class)
                    .isThrownBy(() -> Sandbox.builder(directory.resolve("sandbox"))
                            .backend("remote")
                            .with(RemoteOptions.builder(server.uri())
                                    .handshakeTimeout(Duration.ofMillis(300))
                                    .build())
                            .open())
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("deadline"))
                    .withMessageContaining("PT0.3S");
        }
        assertThat(RemoteOptions.server(URI.create("http://localhost/")).handshakeTimeout())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void timeOfTheServer_isTheLimit() throws Exception {
        try (FakeServer server = answering(answer("ended 0 budget 7.9 0.020 0.030", "text 0 out a"))) {
            SandboxResult result = run(server);
            assertThat(result.termination()).isEqualTo(new Termination.TimedOut(Duration.ofSeconds(10)));
            assertThat(result.stdout().text()).isEqualTo("a");
        }
    }

    @Test
    void changesThatTakeTooLongToPack_areSaid() throws Exception {
        assertFails(answer("ended 0 0 0.010 0.000 0.000", "lost changes"), "changes-lost", RunState.HAS_RUN);
    }

    @Test
    void lostResult_mayHaveRun() throws Exception {
        assertFails(
                ended(-1, new ShellEnd(-1, "", "An unknown error occurred on the sandbox\\n")),
                "result-unknown",
                RunState.MAY_HAVE_RUN);
    }

    @Test
    void serversTimeout_isATimeout() throws Exception {
        try (FakeServer server = answering(ended(-2, new ShellEnd(-2, "", "Command timed out after 9.5 seconds\\n")))) {
            assertThat(run(server).termination()).isEqualTo(new Termination.TimedOut(Duration.ofMillis(9500)));
        }
        assertNothingChanged();
    }

    @Test
    void imageWithoutThePrograms_isSaid() throws Exception {
        try (FakeServer server = answering(ended(-3, new ShellEnd(127, "", "bash: line 1: exec: perl: not found")))) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server))
                    .withMessageContaining("needs perl, tar, gzip and find")
                    .withMessageContaining("perl: not found");
        }
    }

    @Test
    void changesThatCannotBePacked_areSaid() throws Exception {
        assertFails(
                ended(-3, new ShellEnd(71, "", "tar: f: Cannot open: Permission denied")),
                "changes-lost",
                RunState.HAS_RUN);
    }

    @Test
    void overloadedServer_isAskedAgain() throws Exception {
        try (FakeServer server = answering(
                FakeServer.status(503, Answers.OVERLOADED, "Retry-After: 0"), answer("ended 0 0 0.010 0.000 0.000"))) {
            assertThat(run(server).succeeded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ended",
                "ended 0",
                "ended 1 0 0 0 0",
                "ended -1 0 0 0 0",
                "ended 0 x 0 0 0",
                "ended 0 0 y 0 0",
                "more 1",
                "ended 0 timeout 0 0 0",
                "ended 0 0 0 0 0\\ntext 0 in a",
                "ended 0 0 0 0 0\\ntext 0 out %4",
                "ended 0 0 0 0 0\\ntext 0 out %zz",
                "ended 0 0 0 0 0\\nfile 7 out 4",
                "ended 0 0 0 0 0\\nchanged a b",
                "ended 0 0 0 0 0\\nfile 0 ../../x 4",
                "problem 0 command",
                "problem 0 command x"
            })
    void answerOfNoSense_isRefused(String text) throws Exception {
        assertFails(answer(text), "bad-answer", RunState.HAS_RUN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "/etc/passwd", "build/../kept", "kept"})
    void deletions_thatNoCommandCanHaveMade_areRefused(String path) throws Exception {
        try (FakeServer server =
                answering(answer("ended 0 0 0.010 0.000 0.000", "changed 1 0", "deleted " + path, "kept"))) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server, SandboxFlags.ROOT_READ_ONLY))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("changes-lost"));
        }
        assertNothingChanged();
    }

    @Test
    void changes_thatDoNotCome_areLost() throws Exception {
        assertFails(answer("ended 0 0 0.010 0.000 0.000", "changed 1 3", "kept"), "changes-lost", RunState.HAS_RUN);
    }
}
