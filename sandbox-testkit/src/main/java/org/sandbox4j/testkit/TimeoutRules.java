package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;

/** Rule 54, first half: timeouts and {@code close()}. */
interface TimeoutRules extends Rules {
    /**
     * Rule 54. After a timeout nothing MUST be alive, whatever the command does about signals. If it fails: is SIGTERM
     * sent and its effect awaited? does a stopped process keep the others?
     */
    @Test
    default void rule54_timeout_leavesNothing() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        Duration limit = Duration.ofMillis(250);
        List<SandboxCommand> stubborn = List.of(
                Programs.sleep(marker),
                Programs.ignoreSignals(marker),
                Programs.startFamily(marker),
                Programs.stop(marker),
                sh("while :; do :; done", marker.toString()),
                sh("exec 1>&- 2>&-; sleep " + marker),
                sh("yes", marker.toString()));
        for (SandboxCommand command : stubborn) {
            SandboxCommand limited =
                    command.toBuilder().timeout(limit).stdout(Stdio.discard()).build();
            long start = System.nanoTime();
            assertRunning(sandbox, limited).timedOutAfter(limit);
            marker.assertGone();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("time until the return of %s", command)
                    .isBetween(limit, limit.plusSeconds(10));
        }
    }

    /**
     * Rule 54. A timeout MUST hold for {@code start} as well, also while nobody waits. If it fails: is
     * the clock watched by the thread that waits?
     */
    @Test
    default void rule54_timeoutOfAStartedCommand_needsNoWaiter() throws Exception {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        Duration limit = Duration.ofMillis(250);
        SandboxCommand command =
                Programs.startFamily(marker).toBuilder().timeout(limit).build();
        try (SandboxProcess process = sandbox.start(command)) {
            Await.until("the end of a command whose time is up", () -> !process.isAlive());
            marker.assertGone();
            SandboxAssertions.assertThat(process.waitFor()).timedOutAfter(limit);
        }
    }

    /**
     * Rule 54. What was written until a timeout MUST be in the result. If it fails: are the streams given up when the
     * command is killed?
     */
    @Test
    default void rule54_outputBeforeATimeout_isKept() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Duration limit = Duration.ofSeconds(2);
        SandboxCommand command = sh("echo out; echo err >&2; exec sleep " + Marker.fresh()).toBuilder()
                .timeout(limit)
                .build();
        assertRunning(sandbox, command).timedOutAfter(limit).wrote("out\n").wroteToStderr("err\n");
    }

    /**
     * Rule 54. A command that ends in time MUST NOT be touched by its timeout, nor delayed. If it fails: does the
     * watcher outlive the run?
     */
    @Test
    default void rule54_commandInTime_isNotAffected() throws InterruptedException {
        Sandbox sandbox = staged().open();
        for (Duration limit :
                List.of(Duration.ofSeconds(60), Duration.ofDays(10_000), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertRunning(sandbox, Programs.exit(6).toBuilder().timeout(limit).build())
                    .exitedWith(6);
        }
        Duration shortest = Duration.ofNanos(1);
        SandboxResult result = sandbox.execute(
                Programs.sleep(Marker.fresh()).toBuilder().timeout(shortest).build());
        SandboxAssertions.assertThat(result).timedOutAfter(shortest);
    }

    /**
     * Rule 54. {@code close()} during runs MUST end them, leave nothing, and not return before. If it fails: are runs
     * registered with the sandbox before they start?
     */
    @Test
    default void rule54_closeDuringRuns_endsThem() throws Exception {
        for (int round = 0; round < 5; round++) {
            Sandbox sandbox = staged().open();
            Marker marker = Marker.fresh();
            FutureTask<Termination> run = new FutureTask<>(
                    () -> sandbox.execute(Programs.startFamily(marker)).termination());
            Thread thread = new Thread(run, "run " + round);
            thread.start();
            SandboxProcess process = sandbox.start(Programs.startFamily(marker).toBuilder()
                    .stdout(Stdio.to(OutputStream.nullOutputStream()))
                    .build());
            if (round > 0) {
                marker.awaitRunning();
            }
            sandbox.close();
            marker.assertGone();
            assertThat(process.isAlive()).isFalse();
            assertEnded(run);
            marker.assertGone();
        }
    }

    /** The run reports how it was ended, or that the sandbox is closed; the contract leaves it open which. */
    private static void assertEnded(FutureTask<Termination> run) throws InterruptedException {
        try {
            assertThat(Await.result("the return of a run after close()", run)).isEqualTo(new Termination.Signalled(9));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOfAny(SandboxException.class, IllegalStateException.class);
        }
    }
}
