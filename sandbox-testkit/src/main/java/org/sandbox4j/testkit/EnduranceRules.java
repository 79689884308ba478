package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.echoInput;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.Programs.sleep;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;

/** Rule 91: many sandboxes, and many runs, as many as {@link Endurance} says. */
interface EnduranceRules extends Rules {
    /** Minutes that a check may take when it is told to do the full number. */
    int LONGEST = 30;

    /** Descriptors and threads that a JVM may have opened for itself meanwhile; a leak would be as many as there were runs. */
    int TOLERANCE = 12;

    /**
     * Rule 91. 50 sandboxes MUST work at the same time, each on its own root. If it fails: is there a pool or a lock
     * that they share?
     */
    @Test
    default void rule91_manySandboxes_workAtOnce() throws Exception {
        staged().assume(Capability.LIVE_INPUT);
        List<SandboxProcess> processes = new ArrayList<>();
        List<Sandbox> sandboxes = new ArrayList<>();
        List<TreeSnapshot> roots = new ArrayList<>();
        for (int i = 0; i < Endurance.sandboxes(); i++) {
            StagedRoot other = staged().another().file("/name", "sandbox " + i + "\n");
            roots.add(TreeSnapshot.of(other.root()).ignoringTimesOf("/"));
            sandboxes.add(other.open());
            processes.add(sandboxes.get(i).start(sh("cat /name; exec cat")));
        }
        for (int i = 0; i < Endurance.sandboxes(); i++) {
            SandboxProcess process = processes.get(i);
            byte[] name = ("sandbox " + i + "\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(process.stdout().readNBytes(name.length)).isEqualTo(name);
            assertThat(process.isAlive()).isTrue();
        }
        for (int i = 0; i < Endurance.sandboxes(); i++) {
            processes.get(i).stdin().close();
            SandboxAssertions.assertThat(processes.get(i).waitFor()).succeeded();
            sandboxes.get(i).close();
            assertThat(roots.get(i).changes()).isEmpty();
        }
    }

    /**
     * Rule 91. Runs MUST leak nothing in the caller: no descriptor, thread, process, mount, or file. If it fails: the
     * message tells what has become more; which step after the run is left out for this kind of end?
     */
    @Test
    @Timeout(value = LONGEST, unit = TimeUnit.MINUTES)
    default void rule91_manyRuns_leakNothing() throws Exception {
        Sandbox sandbox = staged().open();
        boolean liveInput = staged().has(Capability.LIVE_INPUT);
        for (int i = 0; i < 3 * kinds(); i++) {
            run(sandbox, i, liveInput);
        }
        Census before = Census.of(staged().directory());
        for (int i = 0; i < Endurance.runs(); i++) {
            run(sandbox, i, liveInput);
        }
        Await.until(
                () -> "the end of what " + Endurance.runs() + " runs have left: "
                        + Census.of(staged().directory()).growthSince(before, TOLERANCE),
                () -> Census.of(staged().directory())
                        .growthSince(before, TOLERANCE)
                        .isEmpty());
    }

    /**
     * Rule 91. Neither MUST opening and closing. If it fails: what does {@code close()} leave open?
     */
    @Test
    @Timeout(value = LONGEST, unit = TimeUnit.MINUTES)
    default void rule91_manySandboxesInARow_leakNothing() throws InterruptedException {
        StagedRoot other = staged().another();
        for (int i = 0; i < 5; i++) {
            openRunAndClose(other);
        }
        Census before = Census.of(other.directory());
        int sandboxes = Endurance.runs() / 4;
        for (int i = 0; i < sandboxes; i++) {
            openRunAndClose(other);
        }
        Await.until(
                () -> "the end of what " + sandboxes + " sandboxes have left: "
                        + Census.of(other.directory()).growthSince(before, TOLERANCE),
                () -> Census.of(other.directory())
                        .growthSince(before, TOLERANCE)
                        .isEmpty());
    }

    private static void openRunAndClose(StagedRoot other) throws InterruptedException {
        Sandbox sandbox = other.open();
        assertRunning(sandbox, exit(0)).succeeded();
        sandbox.close();
    }

    private static int kinds() {
        return 9;
    }

    /** Runs ends of every kind in turn. */
    private static void run(Sandbox sandbox, int number, boolean liveInput) throws Exception {
        switch (number % kinds()) {
            case 0 -> assertRunning(sandbox, exit(0)).succeeded();
            case 1 -> assertRunning(sandbox, Programs.dieOf(9)).wasKilledBy(9);
            case 2 -> {
                Duration limit = Duration.ofMillis(20);
                assertRunning(
                                sandbox,
                                sleep(Marker.fresh()).toBuilder().timeout(limit).build())
                        .timedOutAfter(limit);
            }
            case 3 -> {
                try {
                    sandbox.execute(SandboxCommand.of("no-such-command"));
                    throw new AssertionError("Expected a missing command");
                } catch (CommandNotFoundException e) {
                    assertThat(e.command()).isEqualTo("no-such-command");
                }
            }
            case 4 -> assertThat(sandbox.run(sh("exit 4").arguments())).isEqualTo(4);
            case 5 -> {
                try (SandboxProcess process = sandbox.start(echoInput())) {
                    if (liveInput) {
                        process.stdin().write(5);
                        process.stdin().flush();
                        assertThat(process.stdout().read()).isEqualTo(5);
                    }
                }
            }
            case 6 -> {
                Thread.currentThread().interrupt();
                try {
                    sandbox.execute(sleep(Marker.fresh()));
                    throw new AssertionError("Expected an interrupt");
                } catch (InterruptedException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                }
            }
            case 7 ->
                assertRunning(sandbox, sh("mkdir -p /d; echo x >> /d/f; mv /d /e; rm -r /e; echo x > /made"))
                        .succeeded();
            default ->
                assertThat(sandbox.execute(List.of(exit(0), exit(1), exit(2)))).hasSize(2);
        }
    }
}
