package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.leaveChildWithStreams;
import static org.sandbox4j.testkit.Programs.leaveChildren;
import static org.sandbox4j.testkit.Programs.leaveDaemon;
import static org.sandbox4j.testkit.Programs.leaveFamily;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.Programs.startFamily;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.Stdio;

/** Rule 53: no process remains, and what may be done to those that run. */
interface RemainderRules extends Rules {
    /**
     * Rule 53. A daemon (double fork, new session, signals ignored) MUST be gone when the run returns. If it fails: is
     * the pid namespace's process 1 killed, and waited for, before the return?
     */
    @Test
    default void rule53_daemon_isGoneWhenTheRunReturns() throws InterruptedException {
        Sandbox sandbox = staged().open();
        for (int i = 0; i < 5; i++) {
            Marker marker = Marker.fresh();
            assertRunning(sandbox, leaveDaemon(marker)).succeeded();
            marker.assertGone();
            assertThat(sandbox.run(leaveDaemon(marker).arguments())).isZero();
            marker.assertGone();
        }
    }

    /**
     * Rule 53. A child that holds the streams open MUST NOT delay the return, nor survive it. If it fails: is the end
     * of the streams awaited before the end of the command?
     */
    @Test
    default void rule53_childWithStreams_doesNotDelayTheReturn() throws InterruptedException {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, leaveChildWithStreams(marker)).succeeded().wrote("done\n");
        marker.assertGone();
    }

    /**
     * Rule 53. Many children, stopped ones, and ones that go on making others MUST be gone too. If it fails: are
     * processes killed one by one instead of all at once?
     */
    @Test
    default void rule53_manyChildren_areGone() throws InterruptedException {
        Marker marker = Marker.fresh();
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, leaveChildren(marker, 50)).succeeded();
        marker.assertGone();
        assertRunning(sandbox, leaveFamily(marker)).succeeded();
        marker.assertGone();
        String breeder = "while :; do setsid sleep " + marker + " & usleep 1000; done";
        assertRunning(sandbox, sh("(" + breeder + ") & usleep 30000; exit 3")).exitedWith(3);
        marker.assertGone();
    }

    /**
     * Rule 53. The caller MUST NOT have more child processes afterwards than before. If it fails: is a helper process
     * left, or the sandbox's program not reaped?
     */
    @Test
    default void rule53_callersChildren_areAsBefore() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Census before = Census.of(staged().outside());
        for (int i = 0; i < 5; i++) {
            sandbox.execute(leaveFamily(Marker.fresh()));
        }
        sandbox.close();
        assertThat(Census.of(staged().outside()).growthSince(before, 20)).isEmpty();
    }

    /**
     * Rule 53. {@code kill()} and {@code close()} of a running command MUST leave nothing, at whatever it does. If it
     * fails: is the command alone signalled?
     */
    @Test
    default void rule53_killedProcess_leavesNothing() throws Exception {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        try (SandboxProcess process = sandbox.start(startFamily(marker))) {
            awaitUp(process);
            assertThat(process.isAlive()).isTrue();
            process.kill();
            SandboxAssertions.assertThat(process.waitFor()).wasKilledBy(9);
            marker.assertGone();
            assertThat(process.isAlive()).isFalse();
            process.kill();
            process.terminate();
        }
        SandboxProcess process = sandbox.start(startFamily(marker));
        awaitUp(process);
        process.close();
        marker.assertGone();
        process.close();
        try (SandboxProcess atOnce = sandbox.start(startFamily(marker))) {
            assertThat(atOnce.isAlive()).isTrue();
        }
        marker.assertGone();
    }

    /**
     * Rule 53. {@code onExit()} MUST complete when everything is gone, and {@code terminate()} reach the command as
     * SIGTERM. If it fails: does the signal end the sandbox's program instead of being passed on?
     */
    @Test
    default void rule53_terminate_reachesTheCommand() throws Exception {
        staged().assume(Capability.SIGNALS);
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        SandboxCommand polite =
                sh("trap 'echo bye; exit 5' TERM; sleep " + marker + " & echo up; while :; do usleep 5000; done");
        try (SandboxProcess process = sandbox.start(polite)) {
            awaitUp(process);
            process.terminate();
            SandboxAssertions.assertThat(Await.result("the end after SIGTERM", process.onExit()))
                    .exitedWith(5);
            marker.assertGone();
            assertThat(process.stdout().readAllBytes()).asString().isEqualTo("bye\n");
        }
        try (SandboxProcess process = sandbox.start(Programs.ignoreSignals(marker))) {
            awaitUp(process);
            process.terminate();
            assertThat(process.waitFor(Duration.ofMillis(100))).isEmpty();
            assertThat(marker.processes()).isNotEmpty();
        }
        marker.assertGone();
    }

    /**
     * Rule 53. A suspended sandbox MUST stand still with all its processes, go on when resumed, and be killed as
     * easily. If it fails: do stop signals reach processes of other sessions?
     */
    @Test
    default void rule53_suspended_standsStillUntilResumed() throws Exception {
        staged().assume(Capability.SUSPENSION);
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        SandboxCommand family =
                sh("setsid sleep " + marker + " & sleep " + marker + " & echo up; read line; echo $line; kill -9 -1");
        try (SandboxProcess process = sandbox.start(family)) {
            awaitUp(process);
            process.suspend();
            Await.until("the stop of all processes", () -> areStopped(marker, 3));
            assertThat(process.isAlive()).isTrue();
            process.stdin().write('x');
            process.stdin().write('\n');
            process.stdin().flush();
            assertThat(process.waitFor(Duration.ofMillis(100)))
                    .as("the end while suspended")
                    .isEmpty();
            process.resume();
            assertThat(process.stdout().readAllBytes()).asString().isEqualTo("x\n");
            process.waitFor();
        }
        marker.assertGone();
        try (SandboxProcess process = sandbox.start(startFamily(marker))) {
            awaitUp(process);
            process.suspend();
        }
        marker.assertGone();
    }

    /**
     * Rule 53. A result MUST come also when nobody reads the streams that were thrown away. If it fails: is a discarded
     * stream a pipe without a reader?
     */
    @Test
    default void rule53_discardedStreams_doNotBlock() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand loud = sh("dd if=/dev/zero bs=65536 count=64; exit 4").toBuilder()
                .stdout(Stdio.discard())
                .stderr(Stdio.discard())
                .build();
        assertRunning(sandbox, loud).exitedWith(4).wrote("").wroteToStderr("");
        List<Stdio> same = List.of(Stdio.discard());
        assertRunning(
                        sandbox,
                        loud.toBuilder().stdout(same.get(0)).stderr(same.get(0)).build())
                .exitedWith(4);
    }

    private static boolean areStopped(Marker marker, int count) {
        List<Character> states = HostProcesses.statesOf(marker.toString());
        return states.size() == count && states.stream().allMatch(state -> state == 'T');
    }

    private static void awaitUp(SandboxProcess process) throws IOException {
        assertThat(process.stdout().readNBytes(3)).asString().isEqualTo("up\n");
    }
}
