package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.testkit.Marker;
import org.sandbox4j.testkit.Programs;
import org.sandbox4j.testkit.SandboxAssertions;
import org.sandbox4j.testkit.TreeSnapshot;

/** What goes wrong around a command is a typed exception that says what to do, and does no lasting harm. */
class ErrorsIT extends LauncherTests {
    private static final SandboxCommand TRUE = SandboxCommand.of("/bin/true");

    ErrorsIT(String launcher) {
        super(launcher);
    }

    @Test
    void run_missingCommand_saysThatTheRootLacksIt() {
        Sandbox sandbox = staging.open();

        assertThatExceptionOfType(CommandNotFoundException.class)
                .isThrownBy(() -> sandbox.run(List.of("no-such-command")))
                .withMessageContaining("'no-such-command'")
                .withMessageContaining("stage the program")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("missing-command"))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(CommandNotFoundException.Problem.MISSING));
    }

    @Test
    void start_missingCommandManyTimes_leavesNoDescriptors() {
        Sandbox sandbox = staging.open();

        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(CommandNotFoundException.class)
                    .isThrownBy(() -> sandbox.start(SandboxCommand.of("/no/such/command")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 126, 127})
    void run_commandExitsLikeAFailedTool_returnsItsCode(int code) throws Exception {
        Sandbox sandbox = staging.open();

        assertThat(sandbox.run(Programs.exit(code).arguments())).isEqualTo(code);
    }

    @Test
    void run_workDirectoryIsAFile_changesNothing() throws Exception {
        Files.writeString(staging.root().resolve("file"), "content");
        Sandbox sandbox = staging.open();
        TreeSnapshot before = TreeSnapshot.of(staging.root()).ignoringTimesOf("/");
        SandboxCommand command = TRUE.toBuilder().workDirectory("/file").build();

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(command))
                .withMessageContaining("'/file'")
                .withMessageContaining("choose another work directory")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("work-directory-not-a-directory"));
        assertThat(before.changes()).isEmpty();
    }

    @Test
    void open_scratchIsAFile_saysWhatIsInTheWay() throws Exception {
        Files.writeString(staging.directory().resolve("scratch"), "mine");

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> staging.open())
                .withMessageContaining(staging.directory().resolve("scratch").toString())
                .withMessageContaining("not a directory");
        assertThat(staging.directory().resolve("scratch")).hasContent("mine");
    }

    @Test
    void open_directoryCannotBeMade_saysThatItMustBeWritable() {
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> Staging.builder(Path.of("/proc/sandbox4j")).open())
                .withMessageContaining("/proc/sandbox4j")
                .withMessageContaining("writable");
    }

    @Test
    void open_directoryOfAnotherUser_saysThatItMustBeWritable() throws Exception {
        try (UnprivilegedUser user = UnprivilegedUser.create()) {
            Path closed = Files.createDirectory(staging.beside("closed"));
            Files.setAttribute(closed, "unix:mode", 0555);
            Files.setAttribute(staging.base(), "unix:mode", 0755);

            user.jvm(launcher).run(ErrorScenarios.OpenUnwritable.class, closed);
        }
    }

    @Test
    void run_scratchOnReadOnlyFileSystem_saysThatItMustBeWritable() throws Exception {
        ChildJvm.withLauncher(launcher)
                .below(ChildJvm.ownMounts())
                .afterScript("mount -t tmpfs none " + staging.directory() + " && chmod 755 " + staging.directory()
                        + " && mkdir " + staging.directory() + "/root && mount -o remount,bind,ro "
                        + staging.directory())
                .run(ErrorScenarios.OpenUnwritable.class, staging.directory());
    }

    @Test
    void run_rootMountedNoexec_saysSo() throws Exception {
        ChildJvm.withLauncher(launcher)
                .below(ChildJvm.ownMounts())
                .afterScript("mount -t tmpfs -o noexec none " + staging.directory())
                .run(ErrorScenarios.RunNoexec.class, staging.directory());
    }

    @Test
    void run_rootRemovedUnderTheSandbox_saysToOpenItAgain() throws Exception {
        Sandbox sandbox = staging.open();
        Staging.removeNow(staging.root());

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(TRUE))
                .withMessageContaining(staging.root().toString())
                .withMessageContaining("Open the sandbox again");
        assertThat(staging.root()).doesNotExist();
    }

    @Test
    void run_directoryRemovedUnderTheSandbox_failsTypedAndClosesQuietly() throws Exception {
        Sandbox sandbox = staging.open();
        Staging.removeNow(staging.directory());

        assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> sandbox.execute(TRUE));
        sandbox.close();
        assertThat(staging.directory()).doesNotExist();
    }

    @Test
    void run_scratchRemovedUnderTheSandbox_failsTyped() throws Exception {
        Sandbox sandbox = staging.open();
        Staging.removeNow(staging.directory().resolve("scratch"));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(List.of(TRUE)))
                .withMessageContaining("scratch");
    }

    @Test
    void everyMethod_afterClose_isRefused() {
        Sandbox sandbox = staging.open();
        sandbox.close();
        sandbox.close();

        Stream.<ThrowingCallable>of(
                        () -> sandbox.run(List.of("/bin/true")),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), "/", Map.of()),
                        () -> sandbox.execute(TRUE),
                        () -> sandbox.execute(List.of(TRUE)),
                        () -> sandbox.execute(List.<SandboxCommand>of()),
                        () -> sandbox.start(TRUE),
                        () -> sandbox.setEnvironment(Map.of()),
                        () -> sandbox.setWorkDirectory("/"),
                        () -> sandbox.markDirectory("/mark"),
                        () -> sandbox.markDirectory("/mark", true))
                .forEach(call -> assertThatThrownBy(call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Sandbox is closed"));
        assertThat(sandbox.getDirectory()).isEqualTo(staging.root()).isDirectory();
        assertThat(sandbox.isolation()).isNotEmpty();
        assertThat(staging.root().resolve("mark")).doesNotExist();
        assertThat(staging.directory().resolve("scratch")).doesNotExist();
    }

    @Test
    void process_afterClose_ignoresOrders() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staging.open();
        SandboxProcess process = sandbox.start(Programs.sleep(marker));
        process.close();

        process.terminate();
        process.suspend();
        process.resume();
        process.kill();
        process.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(process.waitFor().termination()).isEqualTo(new Termination.Signalled(9));
        assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> process.stdout().read()).isInstanceOf(IOException.class);
        marker.assertGone();
    }

    @Test
    void execute_sandboxClosedMeanwhile_saysSo() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staging.open();
        Caller<SandboxResult> caller = Caller.of(() -> sandbox.execute(Programs.ignoreQuietly(marker)));
        marker.awaitRunning();

        sandbox.close();

        assertThat(caller.failure())
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("its sandbox was closed")
                .extracting("reason")
                .isEqualTo("closed");
        marker.assertGone();
    }

    @Test
    void execute_interruptedBefore_startsNothing() throws Exception {
        Sandbox sandbox = staging.open();
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> sandbox.execute(Programs.sh("> /made")))
                .withMessageContaining("before");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(staging.root().resolve("made")).doesNotExist();
    }

    @Test
    void execute_interruptedDuringTheRun_endsEverythingFirst() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staging.open();
        Caller<SandboxResult> caller = Caller.of(() -> sandbox.execute(Programs.ignoreQuietly(marker)));
        marker.awaitRunning();

        caller.interrupt();

        assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
        marker.assertGone();
    }

    @Test
    void execute_interruptedAtAnyMoment_leavesNothing() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staging.open();
        sandbox.markDirectory("/marked");
        SandboxCommand command = Programs.sleep(marker).toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .workDirectory("/marked/work")
                .stdout(Stdio.file(staging.beside("output")))
                .build();

        for (int i = 0; i < 40; i++) {
            Caller<SandboxResult> caller = Caller.of(() -> sandbox.execute(command));
            long moment = System.nanoTime() + i * 300_000L;
            while (System.nanoTime() < moment) {
                Thread.onSpinWait();
            }
            caller.interrupt();

            assertThat(caller.failure()).as("round %d", i).isInstanceOf(InterruptedException.class);
            assertThat(entriesOfRoot().stream().map(Path::toString))
                    .as("round %d", i)
                    .isSubsetOf("bin", "marked");
        }
        marker.assertGone();
        assertThat(sandbox.run(List.of("/bin/true"))).isZero();
    }

    /** The target's own wait takes the interrupt; the run must end all the same. */
    @Test
    void execute_interruptedWhileItsTargetWaits_ends() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staging.open();
        BlockingTarget target = new BlockingTarget();
        SandboxCommand command = Programs.sh("echo up; exec sleep " + marker).toBuilder()
                .stdout(Stdio.to(target))
                .build();
        Caller<SandboxResult> caller = Caller.of(() -> sandbox.execute(command));
        Awaitility.await().until(target::isWaiting);

        caller.interrupt();
        try {
            assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
            marker.assertGone();
        } finally {
            target.release();
            sandbox.close();
        }
    }

    @Test
    void execute_fourThousandVariables_allArrive() throws Exception {
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < 4_000; i++) {
            variables.put("VARIABLE_" + i, "value " + i + "\n=");
        }
        List<String> expected = new ArrayList<>(List.of("PWD=/"));
        variables.forEach((name, value) -> expected.add(name + "=" + value));

        SandboxResult result = staging.open()
                .execute(Programs.printEnvironment().toBuilder()
                        .environment(variables)
                        .build());

        assertThat(result.stdout().text().split("\0", -1))
                .filteredOn(variable -> !variable.isEmpty())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void execute_twelveThousandArguments_allArriveInOrder() throws Exception {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            arguments.add("argument " + i);
        }

        SandboxResult result = staging.open().execute(Programs.printArguments(arguments));

        SandboxAssertions.assertThat(result).succeeded().wrote(String.join("\0", arguments) + "\0");
    }

    @Test
    void execute_argumentsBeyondTheKernelsLimit_saysToUseAFile() {
        Sandbox sandbox = staging.open();
        String large = "x".repeat(200 * 1024);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(SandboxCommand.of("/bin/true", large)))
                .withMessageContaining("Pass them in a file")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("arguments-too-long"));
    }

    /** The init program takes no more than 64 MiB, which is beyond any kernel's limit. */
    @Test
    void execute_argumentsBeyondTheInitProgramsLimit_saysToUseAFileToo() {
        Sandbox sandbox = staging.open();
        List<String> command = new ArrayList<>(List.of("/bin/true"));
        command.addAll(Collections.nCopies(1_050, "x".repeat(64 * 1024)));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(
                        () -> sandbox.execute(SandboxCommand.builder(command).build()))
                .withMessageContaining("Pass them in a file")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("arguments-too-long"));
    }

    @Test
    void values_withNulOrEmptyNames_areRefusedBeforeAnythingStarts() throws Exception {
        Sandbox sandbox = staging.open();
        TreeSnapshot before = TreeSnapshot.of(staging.root());

        Stream.<ThrowingCallable>of(
                        () -> sandbox.run(List.of()),
                        () -> sandbox.run(List.of("/bin/true", "a\0b")),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), "/a\0b", null),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), "", null),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), null, Map.of("", "value")),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), null, Map.of("A=B", "value")),
                        () -> sandbox.run(List.of("/bin/true"), Set.of(), null, Map.of("A", "b\0c")),
                        () -> sandbox.setEnvironment(Map.of("A\0", "b")),
                        () -> sandbox.setWorkDirectory("/\0"),
                        () -> sandbox.markDirectory("\0"),
                        () -> SandboxCommand.of(),
                        () -> SandboxCommand.of("\0"))
                .forEach(call -> assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class));
        assertThat(before.changes()).isEmpty();
    }

    @Test
    void run_emptyCommandName_isAMissingCommand() {
        Sandbox sandbox = staging.open();

        assertThatExceptionOfType(CommandNotFoundException.class).isThrownBy(() -> sandbox.run(List.of("")));
    }

    @Test
    void execute_timeoutBeyondTheClock_isNoTimeout() throws Exception {
        SandboxCommand command =
                TRUE.toBuilder().timeout(Duration.ofSeconds(Long.MAX_VALUE)).build();

        SandboxAssertions.assertThat(staging.open().execute(command)).succeeded();
    }

    @Test
    void waitFor_durationBeyondTheClock_waitsForTheEnd() throws Exception {
        try (SandboxProcess process = staging.open().start(TRUE)) {
            assertThat(process.waitFor(Duration.ofSeconds(Long.MAX_VALUE))).isPresent();
        }
    }

    @Test
    void run_outputFileFull_failsAfterTheCommandHasEnded() {
        Sandbox sandbox = staging.open(builder -> builder.stdout(Stdio.file(Path.of("/dev/full"))));

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(() -> sandbox.run(Programs.sh("yes | dd bs=1000 count=300 2>/dev/null; > /done; exit 3")
                        .arguments()))
                .withMessageContaining("No space left on device")
                .withMessageContaining("Exited[code=3]")
                .withMessageContaining("Make room")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("output-failed"));
        assertThat(staging.root().resolve("done")).exists();
    }

    @Test
    void execute_callersStreamThrows_failsAfterTheCommandHasEndedAndSaysWhichThrew() throws IOException {
        List<Throwable> several = List.of(new IllegalStateException("not today"), new AssertionError("not today"));
        SandboxCommand command = Programs.sh("cat; echo text; echo text >&2; > /done; exit 3");
        for (Throwable thrown : several) {
            assertBlamed("stdin", thrown, command.toBuilder().stdin(Stdio.from(new ThrowingSource(thrown))));
            assertBlamed("stdout", thrown, command.toBuilder().stdout(Stdio.to(new ThrowingTarget(thrown))));
            assertBlamed("stderr", thrown, command.toBuilder().stderr(Stdio.to(new ThrowingTarget(thrown))));
        }
    }

    private void assertBlamed(String stream, Throwable thrown, SandboxCommand.Builder command) throws IOException {
        Sandbox sandbox = staging.open();

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(() -> sandbox.execute(command.build()))
                .withMessageContaining("Exited[code=3]")
                .withMessageContaining("the caller's stream for its " + stream + " threw " + thrown)
                .withCause(thrown)
                .satisfies(e -> assertThat(e.reason()).isEqualTo("callback-failed"));
        sandbox.close();
        Files.delete(staging.root().resolve("done"));
    }

    @Test
    void run_outputFileCannotBeOpened_startsNothing() {
        Sandbox sandbox = staging.open(builder -> builder.stdout(Stdio.file(staging.beside("no/such/file"))));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.run(Programs.sh("> /done").arguments()))
                .withMessageContaining(staging.beside("no/such/file").toString())
                .withMessageContaining("must exist");
        assertThat(staging.root().resolve("done")).doesNotExist();
    }

    @Test
    void run_secondOutputFileCannotBeOpened_closesTheFirst() {
        Sandbox sandbox = staging.open(builder ->
                builder.stdout(Stdio.file(staging.beside("first"))).stderr(Stdio.file(staging.beside("no/such/file"))));

        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> sandbox.run(List.of("/bin/true")));
        }
    }

    @Test
    void execute_inputThatNeverComes_leavesNoDescriptors() throws Exception {
        Sandbox sandbox = staging.open();
        List<BlockingSource> sources = new ArrayList<>();
        long before = pipes();
        try {
            for (int i = 0; i < 20; i++) {
                BlockingSource source = new BlockingSource();
                sources.add(source);
                SandboxAssertions.assertThat(sandbox.execute(
                                TRUE.toBuilder().stdin(Stdio.from(source)).build()))
                        .succeeded();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(3))
                    .untilAsserted(() -> assertThat(pipes()).isLessThan(before + 20));
        } finally {
            sources.forEach(BlockingSource::release);
        }
    }

    private static long pipes() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(link -> {
                        try {
                            String target = Files.readSymbolicLink(link).toString();
                            return target.startsWith("pipe:") || target.endsWith("/stdin");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void run_markedLinkToDirectoryWithArtifacts_leavesTheCacheAlone() throws Exception {
        Path cached = Files.writeString(staging.beside("cached"), "precious");
        Path real = Files.createDirectory(staging.root().resolve("real"));
        Files.createLink(real.resolve("artifact"), cached);
        Files.createSymbolicLink(staging.root().resolve("alias"), Path.of("/real"));
        Sandbox sandbox = staging.open();
        sandbox.markDirectory("/alias", true);

        int code = sandbox.run(List.of("/bin/sh", "-c", "echo changed > /alias/artifact"), SandboxFlags.ROOT_READ_ONLY);

        assertThat(code).isZero();
        assertThat(real.resolve("artifact")).hasContent("changed");
        assertThat(cached).hasContent("precious");
    }

    /** The command runs as the same user, and can make the directory readable first. */
    @Test
    void run_artifactsInUnreadableDirectory_leavesTheCacheAlone() throws Exception {
        try (UnprivilegedUser user = UnprivilegedUser.create()) {
            Path directory = user.directory("sandbox");
            Staging.stageInto(directory);
            Path closed = Files.createDirectory(directory.resolve("root/closed"));
            Path cached = Files.writeString(user.directory("cache").resolve("cached"), "precious");
            Files.createLink(closed.resolve("artifact"), cached);
            user.give(directory);
            user.give(cached);
            Files.setAttribute(closed, "unix:mode", 0);

            user.jvm(launcher).run(ErrorScenarios.ChangeUnreadableArtifact.class, directory);

            Files.setAttribute(closed, "unix:mode", 0700);
            assertThat(cached).hasContent("precious");
        }
    }

    @Test
    void run_noDescriptorsLeft_failsTypedAndRecovers() throws Exception {
        ChildJvm.withLauncher(launcher)
                .afterScript("ulimit -n 64")
                .run(ErrorScenarios.DescriptorShortage.class, staging.directory(), staging.beside("second"));
    }

    @Test
    void run_forkRefused_failsTypedAndRecovers() throws Exception {
        runWithFewThreads(ErrorScenarios.ForkRefused.class);
    }

    @Test
    void run_processCannotBeWaitedFor_failsTypedAndLeavesNoProcess() throws Exception {
        runWithFewThreads(ErrorScenarios.ReaperRefused.class);
    }

    /** Where the tests' user is not alone, its other processes may take what the scenario needs to begin with: it begins anew. */
    private void runWithFewThreads(Class<? extends ChildJvm.Scenario> scenario) throws Exception {
        try (UnprivilegedUser user = UnprivilegedUser.create()) {
            Path directory = user.directory("sandbox");
            Staging.stageInto(directory);
            user.give(directory);

            String said;
            int attempts = 0;
            do {
                assertThat(attempts++).as("attempts without room").isLessThan(20);
                said = user.jvm(launcher, "prlimit", "--nproc=" + (user.threads() + 120))
                        .run(scenario, directory);
            } while (said.contains(NoRoomException.MESSAGE));
            assumeThat(said)
                    .as("Skipped: this user is root somewhere and no limit of processes holds it.")
                    .doesNotContain(ErrorScenarios.NO_LIMIT);
        }
    }

    private static int throwing(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    private static final class ThrowingSource extends InputStream {
        private final Throwable thrown;

        ThrowingSource(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public int read() {
            return throwing(thrown);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return throwing(thrown);
        }
    }

    private static final class ThrowingTarget extends OutputStream {
        private final Throwable thrown;

        ThrowingTarget(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public void write(int b) {
            int unused = throwing(thrown);
        }
    }
}
