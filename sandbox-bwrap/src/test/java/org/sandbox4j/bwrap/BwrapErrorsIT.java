package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.ProgramNotFoundError;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Termination;
import org.sandbox4j.testkit.Marker;

/** What goes wrong in and around bubblewrap itself, with fakes of it that fail after the probe. */
@Tag("any-jdk")
class BwrapErrorsIT extends LauncherTests {
    private static final SandboxCommand TRUE = SandboxCommand.of("/bin/true");

    BwrapErrorsIT(String launcher) {
        super(launcher);
    }

    @Test
    void open_missingHostTool_saysHowToInstallItAndHowToPointAtIt() {
        BwrapOptions options = BwrapOptions.program(staging.beside("no-bwrap"));

        assertThatExceptionOfType(ProgramNotFoundError.class)
                .isThrownBy(() -> staging.open(builder -> builder.with(options)))
                .withMessageContaining(staging.beside("no-bwrap").toString())
                .withMessageContaining("apt-get install bubblewrap")
                .withMessageContaining("BwrapOptions.program");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 126, 127})
    void run_bubblewrapFailsAfterTheProbe_isNoExitCode(int code) throws Exception {
        Sandbox sandbox = openWithFake("echo \"bwrap: Can't frobnicate\" >&2; exit " + code);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(TRUE))
                .withMessageContaining("Can't frobnicate")
                .withMessageContaining("exit code " + code)
                .withMessageContaining("bin/doctor");
    }

    @Test
    void run_bubblewrapDiesWithoutAWord_saysSo() throws Exception {
        Sandbox sandbox = openWithFake("kill -KILL $$");

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(TRUE))
                .withMessageContaining("said nothing");
    }

    @Test
    void execute_bubblewrapHangsAfterTheProbe_endsWithTheTimeout() throws Exception {
        Marker marker = Marker.fresh();
        Sandbox sandbox = openWithFake("exec sleep " + marker);
        Duration limit = Duration.ofMillis(100);

        SandboxResult result = sandbox.execute(TRUE.toBuilder().timeout(limit).build());

        assertThat(result.termination()).isEqualTo(new Termination.TimedOut(limit));
        marker.assertGone();
    }

    @Test
    void execute_interruptedTwice_endsEverythingFirst() throws Exception {
        Marker marker = Marker.fresh();
        // Nothing but SIGKILL from outside ends this one, so that the second interrupt comes while that is waited for.
        Sandbox sandbox = openWithFake("exec sleep " + marker);
        Caller<SandboxResult> caller = Caller.of(() -> sandbox.execute(TRUE));
        marker.awaitRunning();

        caller.interrupt();
        Awaitility.await()
                .until(() -> caller.interruptIsTaken() || marker.processes().isEmpty());
        caller.interrupt();

        assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
        marker.assertGone();
    }

    @Test
    void open_interruptedThread_keepsTheInterruptAndWorks() throws Exception {
        Path bwrap = Files.createSymbolicLink(staging.beside("bwrap"), Bubblewrap.onThisHost());
        Thread.currentThread().interrupt();

        Sandbox sandbox;
        boolean interrupted;
        try {
            sandbox = staging.open(builder -> builder.with(BwrapOptions.program(bwrap)));
        } finally {
            interrupted = Thread.interrupted();
        }
        assertThat(interrupted).as("still interrupted").isTrue();
        assertThat(sandbox.run(List.of("/bin/true"))).isZero();
    }

    @Test
    void open_interruptedDuringTheProbe_doesNotMakeBubblewrapUnavailableForGood() throws Exception {
        Marker marker = Marker.fresh();
        Path gate = staging.beside("gate");
        Path bwrap = staging.script(
                "bwrap",
                "[ -e " + gate + " ] || exec sleep " + marker + "\nexec " + Bubblewrap.onThisHost() + " \"$@\"\n");
        Caller<Sandbox> caller = Caller.of(() -> staging.open(builder -> builder.with(BwrapOptions.program(bwrap))));
        marker.awaitRunning();

        caller.interrupt();
        caller.awaitEnd();
        Files.createFile(gate);

        Sandbox sandbox = staging.open(builder -> builder.with(BwrapOptions.program(bwrap)));
        assertThat(sandbox.run(List.of("/bin/true"))).isZero();
        marker.assertGone();
    }

    @Test
    void open_noDescriptorsLeftDuringTheProbe_failsTypedAndRecovers() throws Exception {
        ChildJvm.withLauncher(launcher)
                .afterScript("ulimit -n 64")
                .run(ErrorScenarios.DescriptorShortageAtOpen.class, staging.directory(), Bubblewrap.onThisHost());
    }

    /** Its first process waits before it writes the user map, for which the second waits; any kill may come then. */
    @Test
    void killOfTheJvm_whileBubblewrapSetsUp_leavesNoneOfItsProcesses() throws Exception {
        Path gate = fifo("gate");
        Path bwrap = staging.script("bwrap", """
                [ "$1" = --args ] || exec BWRAP "$@"
                exec /bin/bash -c 'exec 20<>GATE 21>/dev/null; exec BWRAP --info-fd 21 --userns-block-fd 20 "$@"' bwrap "$@"
                """.replace(
                "BWRAP", Bubblewrap.onThisHost().toString()).replace("GATE", gate.toString()));
        Process jvm = ChildJvm.withLauncher(launcher)
                .start(staging.beside("output"), ErrorScenarios.HeldSetUp.class, staging.directory(), bwrap);
        List<ProcessHandle> bubblewraps = List.of();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> bubblewraps(jvm).size() == 2);
            bubblewraps = bubblewraps(jvm);
        } finally {
            jvm.destroyForcibly().waitFor();
        }
        List<ProcessHandle> held = bubblewraps;
        try (RandomAccessFile open = new RandomAccessFile(gate.toFile(), "rw")) {
            open.write('.');
            Awaitility.await()
                    .untilAsserted(() -> assertThat(held)
                            .filteredOn(ProcessHandle::isAlive)
                            .as("processes of bubblewrap that are still alive")
                            .isEmpty());
        } finally {
            held.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static List<ProcessHandle> bubblewraps(Process jvm) {
        return jvm.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/bwrap"))
                .toList();
    }

    private Path fifo(String name) throws Exception {
        Path fifo = staging.beside(name);
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    private Sandbox openWithFake(String instead) throws IOException {
        // The probe gives its options directly, a run through a descriptor.
        Path fake = staging.script(
                "bwrap", "[ \"$1\" = --args ] || exec " + Bubblewrap.onThisHost() + " \"$@\"\n" + instead + "\n");
        return staging.open(builder -> builder.with(BwrapOptions.program(fake)));
    }
}
