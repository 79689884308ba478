package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.CommandNotFoundException.Problem;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.remote.RemoteOptions;
import org.sandbox4j.remote.RunState;
import org.sandbox4j.remote.ServerException;

/** Sandboxes on our server by the plain protocol alone, as other servers speak it: in the server's image, the tree as home. */
@Tag("any-jdk")
class PlainServerIT extends SandboxesOnServer {

    @Override
    SandboxBuilder builder() {
        return builder(SHELL_BUDGET);
    }

    private SandboxBuilder builder(Duration budget) {
        return Sandbox.builder(directory)
                .backend("remote")
                .with(RemoteOptions.builder(proxy.url())
                        .bearerToken(TOKEN)
                        .serverImage()
                        .serverBudget(budget)
                        .build());
    }

    @Test
    void isolation_saysThatTheServersImageIsUsed() {
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.isolation()).containsExactly(Isolation.ARTIFACTS);
        }
        assertThatExceptionOfType(SandboxUnavailableException.class)
                .isThrownBy(() -> builder().require(Isolation.FILESYSTEM).open())
                .withMessageContaining("FILESYSTEM");
    }

    @Test
    void ends_areExact() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.execute(sh("exit 7")).termination()).isEqualTo(new Termination.Exited(7));
            assertThat(sandbox.execute(sh("exit 137")).termination()).isEqualTo(new Termination.Exited(137));
            assertThat(sandbox.execute(sh("kill -9 $$")).termination()).isEqualTo(new Termination.Signalled(9));
            assertThat(sandbox.execute(sh("kill -15 $$")).termination()).isEqualTo(new Termination.Signalled(15));
            assertThat(sandbox.run(List.of("sh", "-c", "exit 126"))).isEqualTo(126);
        }
    }

    @Test
    void output_isExact_smallAndLarge() throws Exception {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        Files.write(root.resolve("every"), every);
        Files.write(root.resolve("large"), large);
        try (Sandbox sandbox = builder().open()) {
            SandboxResult small = sandbox.execute(sh("cat every; echo ' error ' >&2"));
            assertThat(small.stdout().bytes()).isEqualTo(every);
            assertThat(small.stderr().text()).isEqualTo(" error \n");
            assertThat(sandbox.execute(sh("cat large")).stdout().bytes()).isEqualTo(large);
            Stdio both = Stdio.capture(100);
            SandboxResult merged = sandbox.execute(sh("echo one; echo two >&2; echo three").toBuilder()
                    .stdout(both)
                    .stderr(both)
                    .build());
            assertThat(merged.stdout().text()).isEqualTo("one\ntwo\nthree\n");
        }
    }

    @Test
    void argumentsEnvironmentAndWorkDirectory_areExact() throws Exception {
        String odd = "it's \"odd\" $HOME `id` \\ % \n\u00e9\ud83d\ude00";
        try (Sandbox sandbox = builder().open()) {
            sandbox.setEnvironment(Map.of("ONE", odd, "PATH", "/usr/bin:/bin"));
            sandbox.setWorkDirectory("/made/here");
            assertThat(sandbox.execute(SandboxCommand.of("env", "-0")).stdout().text())
                    .satisfies(text -> assertThat(text.split("\0"))
                            .contains("ONE=" + odd, "PATH=/usr/bin:/bin")
                            .hasSize(3)
                            .anyMatch(variable -> variable.matches("PWD=/.*/made/here")));
            assertThat(sandbox.execute(SandboxCommand.of("printf", "%s|", odd, "", "b c"))
                            .stdout()
                            .text())
                    .isEqualTo(odd + "||b c|");
            assertThat(sandbox.execute(SandboxCommand.of("pwd", "-P")).stdout().text())
                    .endsWith("/made/here\n");
            String large = "x".repeat(120_000);
            assertThat(sandbox.execute(SandboxCommand.of("printf", "%s%s", large, large))
                            .stdout()
                            .text())
                    .isEqualTo(large + large);
        }
        assertThat(root.resolve("made/here")).isEmptyDirectory();
    }

    @Test
    void changesHere_ofEveryKind_reachTheServer() throws Exception {
        Files.createDirectories(root.resolve("d/e"));
        Files.writeString(root.resolve("d/e/f"), "");
        Files.writeString(root.resolve("file"), "one\n");
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/no/where"));
        Path odd = Files.createDirectories(root.resolve("odd \\ \n \u00e9"));
        Files.writeString(odd.resolve("f"), "");
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("r-xr-xr-x"));
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(sandbox, sh("test -f d/e/f && test -L dangling && test -f odd*/f"));
            Files.delete(root.resolve("d/e/f"));
            Files.delete(root.resolve("d/e"));
            Files.writeString(root.resolve("d/e"), "now a file");
            Files.delete(root.resolve("file"));
            Files.createDirectories(root.resolve("file/inner"));
            Files.delete(root.resolve("dangling"));
            Files.setPosixFilePermissions(root.resolve("d"), PosixFilePermissions.fromString("r-xr-xr-x"));
            assertSucceeds(
                    sandbox,
                    sh("test -f d/e && test -d file/inner && ! test -L dangling && test $(stat -c %a d) = 555"));
            Files.setPosixFilePermissions(root.resolve("d"), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void manyRuns_keepTheTree() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            for (int i = 0; i < 20; i++) {
                assertSucceeds(
                        sandbox, sh("echo " + i + " >> log; rm -f old; touch f" + i + "; ln -sf f" + i + " old"));
            }
            assertThat(sandbox.execute(sh("wc -l < log; ls | wc -l; readlink old"))
                            .stdout()
                            .text())
                    .isEqualTo("20\n22\nf19\n");
        }
        assertThat(Files.readAllLines(root.resolve("log"))).hasSize(20);
    }

    @Test
    void readOnlyRoot_givesBackMarksAndTheWorkDirectoryAlone() throws Exception {
        Files.createDirectories(root.resolve("real"));
        Files.createSymbolicLink(root.resolve("build"), Path.of("real"));
        Files.writeString(root.resolve("kept"), "kept\n");
        try (Sandbox sandbox = builder().open()) {
            sandbox.markDirectory("/build");
            SandboxCommand command = SandboxCommand.builder(
                            "/bin/sh", "-c", "echo x > ../../real/f; echo z > ../../z; rm ../../kept; pwd -P")
                    .flags(SandboxFlags.ROOT_READ_ONLY)
                    .workDirectory("/work/place")
                    .build();
            assertThat(sandbox.execute(command).stdout().text()).endsWith("/work/place\n");
            // Nor is any of it left on the server.
            assertSucceeds(sandbox, sh("test -e kept && ! test -e z && test -e real/f"));
        }
        assertThat(root.resolve("real/f")).hasContent("x\n");
        assertThat(root.resolve("work/place")).isEmptyDirectory();
        assertThat(root.resolve("z")).doesNotExist();
        assertThat(root.resolve("kept")).hasContent("kept\n");
    }

    @Test
    void batch_stopsAtTheFirstThatFailsAndMustNot() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            List<SandboxResult> results = sandbox.execute(List.of(
                    sh("echo one"),
                    sh("exit 2").toBuilder().mayFail(true).build(),
                    sh("echo three; exit 3"),
                    sh("echo four")));
            assertThat(results).extracting(SandboxResult::exitCode).containsExactly(0, 2, 3);
            assertThat(results.get(2).stdout().text()).isEqualTo("three\n");
        }
    }

    @Test
    void input_isReadBeforeTheRun() throws Exception {
        byte[] input = new byte[5 << 20];
        new Random(2).nextBytes(input);
        Path file = Files.write(directory.resolve("input"), input);
        try (Sandbox sandbox = builder().open()) {
            for (Stdio stdin : List.of(
                    Stdio.bytes(input),
                    Stdio.file(file),
                    Stdio.from(new ByteArrayInputStream(input)),
                    Stdio.bytes("small".getBytes(StandardCharsets.UTF_8)))) {
                SandboxCommand cat = SandboxCommand.builder("cat").stdin(stdin).build();
                byte[] expected = stdin instanceof Stdio.Bytes bytes ? bytes.content() : input;
                assertThat(sandbox.execute(cat).stdout().bytes()).isEqualTo(expected);
            }
            assertThat(sandbox.execute(SandboxCommand.of("cat")).stdout().bytes())
                    .isEmpty();
        }
    }

    @Test
    void environmentThatIsGone_isSentAgain_withItsInput() throws Exception {
        Files.writeString(root.resolve("f"), "here");
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(sandbox, sh("grep -q here f; echo made > made"));
            deleteEnvironments();
            assertSucceeds(sandbox, sh("grep -q here f && grep -q made made"));
            deleteEnvironments();
            SandboxCommand reading = SandboxCommand.builder("sh", "-c", "cat f - made")
                    .stdin(Stdio.from(new ByteArrayInputStream(" and ".getBytes(StandardCharsets.UTF_8))))
                    .build();
            assertThat(sandbox.execute(reading).stdout().text()).isEqualTo("here and made\n");
        }
    }

    @Test
    void timeout_endsTheCommandAlone() throws Exception {
        Duration limit = Duration.ofMillis(300);
        try (Sandbox sandbox = builder().open()) {
            SandboxResult own = sandbox.execute(sh("echo begun; echo x > made; sleep 100").toBuilder()
                    .timeout(limit)
                    .build());
            assertThat(own.termination()).isEqualTo(new Termination.TimedOut(limit));
            assertThat(own.stdout().text()).isEqualTo("begun\n");
            assertThat(root.resolve("made")).hasContent("x\n");
        }
    }

    @Test
    void commands_endBeforeTheServersTimeIsUp_andWhatTheyHaveDoneIsKept() throws Exception {
        Duration budget = Duration.ofSeconds(4);
        try (Sandbox sandbox = builder(budget).open()) {
            List<SandboxResult> results = sandbox.execute(List.of(
                    sh("echo one > one"),
                    sh("echo begun; echo two > two; sleep 100").toBuilder()
                            .mayFail(true)
                            .build(),
                    sh("echo three > three")));
            assertThat(results)
                    .extracting(SandboxResult::termination)
                    .containsExactly(new Termination.Exited(0), new Termination.TimedOut(budget));
            assertThat(results.get(1).stdout().text()).isEqualTo("begun\n");
            assertThat(root.resolve("one")).hasContent("one\n");
            assertThat(root.resolve("two")).hasContent("two\n");
            assertThat(root.resolve("three")).doesNotExist();
        }
    }

    @Test
    void marks_exist_alsoWhenNothingWasStaged() throws Exception {
        Files.createDirectories(root.resolve("closed"));
        Files.setPosixFilePermissions(root.resolve("closed"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.writeString(root.resolve("file"), "");
        try (Sandbox sandbox = builder().open()) {
            List.of("/build", "/a/b/c", "/closed/inner").forEach(sandbox::markDirectory);
            assertSucceeds(
                    sandbox,
                    sh("test -d build && echo x > a/b/c/f && test -d closed/inner").toBuilder()
                            .flags(SandboxFlags.ROOT_READ_ONLY)
                            .build());
            assertThat(root.resolve("build")).isEmptyDirectory();
            assertThat(root.resolve("a/b/c/f")).hasContent("x\n");
            assertThat(root.resolve("closed/inner")).isEmptyDirectory();
            assertThat(Files.getPosixFilePermissions(root.resolve("closed")))
                    .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
            sandbox.markDirectory("/late/one");
            sandbox.markDirectory("/file/none");
            assertThatExceptionOfType(SandboxSetupException.class)
                    .isThrownBy(() -> sandbox.execute(sh("echo > ran")))
                    .withMessageContaining("'/file/none' cannot be made");
            assertThat(root.resolve("late")).doesNotExist();
            assertThat(root.resolve("ran")).doesNotExist();
        } finally {
            Files.setPosixFilePermissions(root.resolve("closed"), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** The first run leaves the tree for the next ones, and one that changes something leaves the new tree instead. */
    @Test
    void runThatCanChangeNothing_leavesNoEnvironment() throws Exception {
        byte[] noise = new byte[1 << 20];
        new Random(3).nextBytes(noise);
        Files.write(root.resolve("noise"), noise);
        SandboxCommand reading = sh("cat noise; echo done >&2").toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.execute(reading).stdout().bytes()).isEqualTo(noise);
            List<String> before = environments();
            SandboxResult result = sandbox.execute(reading);
            assertThat(result.stdout().bytes()).isEqualTo(noise);
            assertThat(result.stderr().text()).isEqualTo("done\n");
            assertThat(environments()).isEqualTo(before);
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() ->
                            sandbox.execute(SandboxCommand.builder("head", "-c", String.valueOf(25 << 20), "/dev/zero")
                                    .flags(SandboxFlags.ROOT_READ_ONLY)
                                    .build()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("output-lost"))
                    .satisfies(e -> assertThat(e.runState()).isEqualTo(RunState.HAS_RUN));
        }
    }

    @Test
    void hostSystem_isRefused() {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> builder().hostSystem().open())
                .withMessageContaining("hostSystem()");
        assertThat(directory.resolve("scratch")).doesNotExist();
    }

    @Test
    void backgroundProcesses_neitherDelayNorSurvive() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            SandboxResult result =
                    sandbox.execute(sh("setsid sh -c 'sleep 4; echo late > late' & sleep 4 & echo done"));
            assertThat(result.stdout().text()).isEqualTo("done\n");
            assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(4));
        }
        assertThat(root.resolve("late")).doesNotExist();
    }

    /** The server's commands have no powers, whoever they are. */
    @Test
    void changesThatMayNotBeRead_comeBackWithTheirModes() throws Exception {
        Files.writeString(root.resolve("f"), "before");
        try (Sandbox sandbox = builder().open()) {
            SandboxResult result = sandbox.execute(sh("echo after > f; mkdir -p d/e; echo in > d/e/f; ln d/e/f d/e/g;"
                    + " echo two > two; chmod 200 two; chmod 0 d/e/f; chmod 100 d/e; chmod 0 d; echo said; exit 3"));
            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(result.stdout().text()).isEqualTo("said\n");
            assertThat(root.resolve("f")).hasContent("after\n");
            assertThat(mode("d")).isEqualTo("---------");
            assertSucceeds(sandbox, sh("test $(stat -c %a d two | tr '\\n' -) = 0-200- && chmod 700 d"));
            assertThat(mode("d")).isEqualTo("rwx------");
            assertThat(mode("d/e")).isEqualTo("--x------");
            assertThat(mode("two")).isEqualTo("-w-------");
            assertSucceeds(sandbox, sh("chmod 700 d/e; chmod 600 d/e/f two; cat d/e/f two"));
            assertThat(root.resolve("d/e/g")).hasContent("in\n");
            assertThat(root.resolve("two")).hasContent("two\n");
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }

    @Test
    void namesThatAreNoText_comeBack() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(sandbox, sh("mkdir $(printf 'd\\377'); echo x > $(printf 'd\\377/f\\351'); echo y > y"));
            assertThat(root.resolve("y")).exists();
            assertSucceeds(
                    sandbox, sh("grep -q x d*/f* && rm $(printf 'd\\377/f\\351') && ln -s $(printf '\\376') link"));
            assertSucceeds(sandbox, sh("test -z \"$(ls d*)\" && test \"$(readlink link)\" = \"$(printf '\\376')\""));
        }
    }

    @Test
    void topThatMayNotBeWrittenTo_hindersNothing() throws Exception {
        Files.createDirectories(root.resolve("d"));
        try (Sandbox sandbox = builder().open()) {
            List<SandboxResult> results =
                    sandbox.execute(List.of(sh("echo x > d/f; chmod 555 ."), sh("echo y > made")));
            assertThat(results).extracting(SandboxResult::exitCode).containsExactly(0, 0);
        }
        assertThat(root.resolve("d/f")).hasContent("x\n");
        assertThat(root.resolve("made")).hasContent("y\n");
    }

    @Test
    void markThatIsRemovedOrMovedAway_losesItsContentAlone() throws Exception {
        for (String place : List.of("build", "a/build", "other")) {
            Files.createDirectories(root.resolve(place));
            Files.writeString(root.resolve(place + "/x"), "x");
        }
        Files.setPosixFilePermissions(root.resolve("a"), PosixFilePermissions.fromString("rwxr-x---"));
        try (Sandbox sandbox = builder().open()) {
            List.of("/build", "/a/build", "/other").forEach(sandbox::markDirectory);
            assertThat(sandbox.execute(
                                    sh("rm -r build; mv a a2; echo y > other/y; rm -r other/x; rmdir a; echo > build")
                                            .toBuilder()
                                            .flags(SandboxFlags.ROOT_READ_ONLY)
                                            .build())
                            .exitCode())
                    .isZero();
            for (String place : List.of("build", "a/build")) {
                assertThat(root.resolve(place)).isEmptyDirectory();
            }
            assertThat(root.resolve("other/x")).doesNotExist();
            assertThat(root.resolve("other/y")).hasContent("y\n");
            assertThat(root.resolve("a2")).doesNotExist();
            assertSucceeds(
                    sandbox,
                    sh("chmod 700 a; echo z > a/build/z").toBuilder()
                            .flags(SandboxFlags.ROOT_READ_ONLY)
                            .build());
            assertThat(Files.getPosixFilePermissions(root.resolve("a")))
                    .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
            assertSucceeds(
                    sandbox,
                    sh("test $(stat -c %a a) = 750 && test -d build && ! test -e other/x && test -e a/build/z"));
        }
    }

    @Test
    void timesOfDirectories_areThoseHere() throws Exception {
        Path changed = Files.createDirectories(root.resolve("d"));
        try (Sandbox sandbox = builder().open()) {
            for (int second : List.of(1_000_000_000, 1_100_000_000)) {
                Files.writeString(changed.resolve("f" + second), "");
                Files.setLastModifiedTime(changed, FileTime.from(Instant.ofEpochSecond(second)));
                assertSucceeds(sandbox, sh("test $(stat -c %Y d) = " + second));
            }
        }
    }

    @Test
    void processWithANewlineInItsName_isEndedToo() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.execute(List.of(
                                    sh(
                                            "cp $(command -v sleep) 'a\nb'; setsid './a\nb' 7.25 > /dev/null 2>&1 & sleep 0.1"),
                                    sh("! cat /proc/[0-9]*/cmdline | tr '\\0\\n' '  ' | grep '/a b 7[.]25'")))
                            .get(1)
                            .exitCode())
                    .isZero();
        }
    }

    @Test
    void inputThatNeverEnds_doesNotHoldUpAKill() throws Exception {
        try (Sandbox sandbox = builder().open();
                PipedOutputStream open = new PipedOutputStream()) {
            SandboxCommand reading = SandboxCommand.builder("cat")
                    .stdin(Stdio.from(new PipedInputStream(open)))
                    .build();
            try (SandboxProcess process = sandbox.start(reading)) {
                process.kill();
                assertThat(process.waitFor().termination()).isEqualTo(new Termination.Signalled(9));
            }
            FutureTask<List<SandboxResult>> batch = new FutureTask<>(() -> sandbox.execute(List.of(reading, reading)));
            Thread thread = new Thread(batch, "batch");
            thread.start();
            Awaitility.await()
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(other -> other.getName().endsWith(" input") && other.isAlive()));
            thread.interrupt();
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void missingCommand_isTold() throws Exception {
        Files.writeString(root.resolve("plain"), "");
        Files.writeString(root.resolve("script"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(root.resolve("script"), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Sandbox sandbox = builder().open()) {
            assertProblem(sandbox, "no-such-command", Problem.MISSING);
            assertProblem(sandbox, "./plain", Problem.NOT_EXECUTABLE);
            assertProblem(sandbox, "./script", Problem.MISSING_INTERPRETER);
            assertProblem(sandbox, "/", Problem.DIRECTORY);
            Files.writeString(root.resolve("plain"), "echo no program");
            Files.setPosixFilePermissions(root.resolve("plain"), PosixFilePermissions.fromString("rwxr-xr-x"));
            assertProblem(sandbox, "./plain", Problem.WRONG_ARCHITECTURE);
        }
    }

    private static void assertProblem(Sandbox sandbox, String command, Problem problem) {
        assertThatExceptionOfType(CommandNotFoundException.class)
                .isThrownBy(() -> sandbox.execute(SandboxCommand.of(command)))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(problem))
                .satisfies(e -> assertThat(e.command()).isEqualTo(command));
    }

    @Test
    void startedCommand_hasItsOutputInTheEnd() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            SandboxCommand command =
                    sh("echo out; exit 4").toBuilder().stdin(Stdio.discard()).build();
            try (SandboxProcess process = sandbox.start(command)) {
                assertThat(process.stdout().readAllBytes()).asString().isEqualTo("out\n");
                assertThat(process.waitFor().exitCode()).isEqualTo(4);
            }
            SandboxCommand endless =
                    sh("sleep 100").toBuilder().stdin(Stdio.discard()).build();
            try (SandboxProcess process = sandbox.start(endless)) {
                process.kill();
                assertThat(process.waitFor().termination()).isEqualTo(new Termination.Signalled(9));
            }
        }
    }

    @Test
    void whatAPlainServerCannotDo_isRefused() {
        try (Sandbox sandbox = builder().open()) {
            assertUnsupported(() -> sandbox.start(sh("true")), "Stdio.discard");
            assertUnsupported(
                    () -> sandbox.execute(sh("true").toBuilder()
                            .flags(SandboxFlags.NETWORK_ENABLED)
                            .build()),
                    "network");
            assertUnsupported(
                    () -> sandbox.execute(
                            sh("true").toBuilder().terminal(80, 24).build()),
                    "terminal");
            assertUnsupported(
                    () -> sandbox.execute(sh("true").toBuilder()
                            .limits(ResourceLimits.builder()
                                    .limit(Resource.MEMORY, 1 << 20, Enforcement.REQUIRED)
                                    .build())
                            .build()),
                    "MEMORY");
        }
        Sandbox named = builder().hostname("other").open();
        assertUnsupported(() -> named.execute(sh("true")), "host name");
        named.close();
    }

    private static void assertUnsupported(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(call)
                .withMessageContaining(text);
    }
}
