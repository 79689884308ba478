package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.remote.RemoteOptions;
import org.sandbox4j.remote.RunState;
import org.sandbox4j.remote.ServerException;

/** What goes to a server and comes back, with the server's programs, so that little has to be staged. */
@Tag("any-jdk")
class RemoteSandboxIT extends SandboxesOnServer {

    @Override
    SandboxBuilder builder() {
        return Sandbox.builder(directory)
                .backend("remote")
                .with(RemoteOptions.builder(proxy.url()).bearerToken(TOKEN).build())
                .hostSystem();
    }

    @Test
    void filesThatAreStagedAgain_areToldByTheirContent() throws Exception {
        byte[] noise = new byte[LARGE / 5];
        new Random(3).nextBytes(noise);
        Path cache = Files.write(directory.resolve("cached"), noise);
        FileTime time = FileTime.from(Instant.ofEpochSecond(1_000_000_000));
        Files.setLastModifiedTime(cache, time);
        Path staged = root.resolve("large");
        Files.copy(cache, staged, StandardCopyOption.COPY_ATTRIBUTES);
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(sandbox, sh("cksum < /large > /sum"));
            Files.delete(staged);
            Files.copy(cache, staged, StandardCopyOption.COPY_ATTRIBUTES);
            proxy.sent();
            assertSucceeds(sandbox, sh("cksum < /large | cmp - /sum"));
            assertThat(proxy.sent()).isLessThan(LARGE / 100);
            noise[17]++;
            Files.write(staged, noise);
            Files.setLastModifiedTime(staged, time);
            assertSucceeds(sandbox, sh("! cksum < /large | cmp -s - /sum"));
            assertThat(proxy.sent()).isGreaterThan(noise.length);
            Files.setLastModifiedTime(staged, FileTime.from(Instant.ofEpochSecond(1_100_000_000)));
            assertSucceeds(sandbox, sh("test $(stat -c %Y /large) = 1100000000"));
        }
    }

    @Test
    void input_upToItsBound_arrives() throws Exception {
        byte[] input = new byte[15 << 20];
        try (Sandbox sandbox = builder().open()) {
            SandboxCommand count =
                    SandboxCommand.builder("wc", "-c").stdin(Stdio.bytes(input)).build();
            assertThat(sandbox.execute(count).stdout().text().strip()).isEqualTo("" + input.length);
        }
    }

    @Test
    void readOnlyRoot_givesBackMarksAndTheWorkDirectoryAlone() throws Exception {
        Files.createDirectories(root.resolve("real"));
        Files.createSymbolicLink(root.resolve("build"), Path.of("real"));
        try (Sandbox sandbox = builder().open()) {
            sandbox.markDirectory("/build");
            sandbox.markDirectory("/out/deep");
            SandboxCommand command = SandboxCommand.builder(
                            "/bin/sh", "-c", "echo x > /build/f; echo y > /out/deep/f; ! echo z > /z 2>/dev/null; pwd")
                    .flags(SandboxFlags.ROOT_READ_ONLY)
                    .workDirectory("/work/place")
                    .build();
            assertThat(sandbox.execute(command).stdout().text()).isEqualTo("/work/place\n");
        }
        assertThat(root.resolve("real/f")).hasContent("x\n");
        assertThat(root.resolve("out/deep/f")).hasContent("y\n");
        assertThat(root.resolve("work/place")).isEmptyDirectory();
        assertThat(root.resolve("z")).doesNotExist();
    }

    @Test
    void rollback_leavesTheRoot_alsoInABatch() throws Exception {
        Files.writeString(root.resolve("f"), "before\n");
        SandboxCommand failing = SandboxCommand.builder("/bin/sh", "-c", "echo after > /f; exit 3")
                .rollbackOnFailure()
                .mayFail(true)
                .build();
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.execute(failing).exitCode()).isEqualTo(3);
            assertThat(root.resolve("f")).hasContent("before\n");
            assertThat(sandbox.execute(sh("cat /f")).stdout().text()).isEqualTo("before\n");
            List<SandboxResult> batch = sandbox.execute(List.of(sh("echo one > /one"), failing, sh("cat /f")));
            assertThat(batch).hasSize(3);
            assertThat(batch.get(2).stdout().text()).isEqualTo("before\n");
            assertThat(root.resolve("one")).hasContent("one\n");
            assertThat(root.resolve("f")).hasContent("before\n");
        }
    }

    @Test
    void environmentThatIsGone_isSentAgain() throws Exception {
        Files.writeString(root.resolve("f"), "here");
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(sandbox, sh("grep -q here /f; echo made > /made"));
            deleteEnvironments();
            assertSucceeds(sandbox, sh("grep -q here /f && grep -q made /made"));
        }
    }

    @Test
    void close_leavesNothingOnTheServer() throws Exception {
        for (String id : environments()) {
            call("DELETE", "environments/" + id + "/");
        }
        try (Sandbox sandbox = builder().open()) {
            for (int i = 0; i < 3; i++) {
                assertSucceeds(sandbox, sh("echo $$ > /f" + i));
            }
        }
        Awaitility.await().untilAsserted(() -> assertThat(environments()).isEmpty());
    }

    @Test
    void connectionCutWhileACommandRuns_isAnExceptionThatSaysSo() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            try (SandboxProcess process = sandbox.start(sh("echo up; sleep 300"))) {
                assertThat(process.stdout().readNBytes(3)).asString().isEqualTo("up\n");
                proxy.cut();
                assertThatExceptionOfType(ServerException.class)
                        .isThrownBy(process::waitFor)
                        .satisfies(e -> assertThat(e.runState()).isEqualTo(RunState.HAS_RUN));
            }
            assertSucceeds(sandbox, sh("true"));
        }
    }

    @Test
    void interrupt_whileTheTreeIsOnItsWay_endsTheRun() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            for (int i = 0; i < 5; i++) {
                FutureTask<SandboxResult> run = new FutureTask<>(() -> sandbox.execute(sh("sleep 300")));
                Thread thread = new Thread(run, "to be interrupted");
                thread.start();
                thread.interrupt();
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
                assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
            }
            assertSucceeds(sandbox, sh("true"));
        }
    }

    @Test
    void missingCommand_isTold_alsoByStart() {
        try (Sandbox sandbox = builder().open()) {
            assertThatExceptionOfType(CommandNotFoundException.class)
                    .isThrownBy(() -> sandbox.execute(SandboxCommand.of("no-such-command")))
                    .satisfies(e -> assertThat(e.problem()).isEqualTo(CommandNotFoundException.Problem.MISSING))
                    .satisfies(e -> assertThat(e.command()).isEqualTo("no-such-command"));
            assertThatExceptionOfType(CommandNotFoundException.class)
                    .isThrownBy(() -> sandbox.start(SandboxCommand.of("no-such-command")));
        }
    }

    @Test
    void whatCannotBeCarried_isRefused() throws Exception {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> builder().bind(directory, "/bound").open());
        try (Sandbox sandbox = builder().open()) {
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> sandbox.execute(List.of(
                            SandboxCommand.builder("true")
                                    .flags(SandboxFlags.INHERIT_UID)
                                    .build(),
                            SandboxCommand.of("true"))))
                    .withMessageContaining("INHERIT_UID");
        }
    }

    @Test
    void startedCommand_isFedSignalledStoppedAndResized() throws Exception {
        try (Sandbox sandbox = builder().open();
                SandboxProcess echo = sandbox.start(sh("read -r line; echo \"got $line\"; exec cat"))) {
            echo.stdin().write("one\n".getBytes(StandardCharsets.UTF_8));
            BufferedReader lines = new BufferedReader(new InputStreamReader(echo.stdout(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo("got one");
            echo.suspend();
            echo.resume();
            assertThatExceptionOfType(SandboxUnsupportedException.class).isThrownBy(() -> echo.resize(80, 24));
            echo.stdin().write("two\n".getBytes(StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo("two");
            echo.terminate();
            assertThat(echo.waitFor().termination()).isEqualTo(new Termination.Signalled(15));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> echo.stdin().write(1));
            SandboxCommand terminal = sh("stty size; read -r line; stty size").toBuilder()
                    .terminal(80, 24)
                    .build();
            try (SandboxProcess process = sandbox.start(terminal)) {
                BufferedReader screen =
                        new BufferedReader(new InputStreamReader(process.stdout(), StandardCharsets.UTF_8));
                assertThat(screen.readLine()).isEqualTo("24 80");
                process.resize(100, 30);
                process.stdin().write('\n');
                assertThat(screen.readLine()).isEmpty();
                assertThat(screen.readLine()).isEqualTo("30 100");
            }
        }
    }

    @Test
    void largeInput_isSentWhileTheCommandReadsIt() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            Path file = Files.write(directory.resolve("input"), new byte[20 << 20]);
            for (Stdio input : List.of(Stdio.file(file), Stdio.bytes(new byte[20 << 20]))) {
                SandboxCommand count = sh("wc -c").toBuilder().stdin(input).build();
                assertThat(sandbox.execute(count).stdout().text().strip()).isEqualTo(Integer.toString(20 << 20));
            }
        }
    }

    @Test
    void isolation_isTheServers_andCanBeRequired() {
        try (Sandbox sandbox =
                builder().require(Isolation.FILESYSTEM, Isolation.ARTIFACTS).open()) {
            assertThat(sandbox.isolation()).contains(Isolation.PROCESSES, Isolation.NETWORK);
        }
    }

    @Test
    void open_wrongTokenOrNoServer_saysSo() {
        assertThatExceptionOfType(SandboxUnavailableException.class)
                .isThrownBy(() -> Sandbox.builder(directory)
                        .backend("remote")
                        .with(RemoteOptions.builder(server.url())
                                .bearerToken("wrong-token")
                                .build())
                        .open())
                .withMessageContaining("401")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-token"));
        assertThatExceptionOfType(SandboxUnavailableException.class)
                .isThrownBy(() -> Sandbox.builder(directory).backend("remote").open())
                .withMessageContaining("sandbox4j.remote.url");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void firstServerThatAnswers_isTaken() throws Exception {
        try (Sandbox sandbox = Sandbox.builder(directory)
                .backend("remote")
                .with(RemoteOptions.builder(URI.create("http://127.0.0.1:1/"), server.url())
                        .bearerToken(TOKEN)
                        .build())
                .hostSystem()
                .open()) {
            assertSucceeds(sandbox, sh("true"));
        }
    }
}
