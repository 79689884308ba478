package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.Stdio;

/** Rule 56, and what rule 54 says about interrupts. */
interface InterruptRules extends Rules {
    /**
     * Rule 56. An interrupt before the call MUST end it with InterruptedException and leave nothing. If it fails: is
     * the interrupt seen only where something waits?
     */
    @Test
    default void rule56_interruptBeforeTheRun_throws() throws InterruptedException {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        Marker marker = Marker.fresh();
        List<SandboxCommand> batch = List.of(exit(0), Programs.startFamily(marker));
        Map<String, ThrowingCallable> calls = Map.of(
                "run", () -> sandbox.run(Programs.startFamily(marker).arguments()),
                "execute", () -> sandbox.execute(Programs.startFamily(marker)),
                "execute of a batch", () -> sandbox.execute(batch));
        for (Map.Entry<String, ThrowingCallable> call : calls.entrySet()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(call.getValue(), "%s, interrupted before", call.getKey())
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted())
                    .as("interrupted after the exception")
                    .isFalse();
            marker.assertGone();
            assertThat(root.changes()).isEmpty();
        }
        assertRunning(sandbox, exit(3)).exitedWith(3);
    }

    /**
     * Rule 56. An interrupt while the command runs MUST kill and clean everything, and throw then. If it fails: does
     * the exception come before the end of the processes? does reading a stream withstand the interrupt?
     */
    @Test
    default void rule56_interruptWhileRunning_killsAndCleans() throws Exception {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        Marker marker = Marker.fresh();
        InputStream silent = new PipedInputStream(new PipedOutputStream());
        List<SandboxCommand> commands = List.of(
                Programs.startFamily(marker),
                Programs.stop(marker),
                sh("yes & sleep " + marker).toBuilder()
                        .stdout(Stdio.to(OutputStream.nullOutputStream()))
                        .build(),
                sh("sleep " + marker).toBuilder().stdin(Stdio.from(silent)).build(),
                sh("exec 1>&- 2>&-; sleep " + marker));
        for (SandboxCommand command : commands) {
            if (command.stdin().isPresent() && !staged().has(Capability.LIVE_INPUT)) {
                continue;
            }
            assertInterrupted(() -> sandbox.execute(command), marker::awaitRunning, marker);
            assertThat(root.changes()).as("after an interrupt of %s", command).isEmpty();
        }
        assertInterrupted(() -> sandbox.run(Programs.ignoreQuietly(marker).arguments()), marker::awaitRunning, marker);
        assertInterrupted(
                () -> sandbox.execute(List.of(exit(0), Programs.startFamily(marker), exit(0))),
                marker::awaitRunning,
                marker);
        assertThat(root.changes()).isEmpty();
        assertRunning(sandbox, exit(3)).exitedWith(3);
    }

    /**
     * Rule 56. So MUST an interrupt at any moment, while the sandbox is set up or the command starts or ends. If it
     * fails: is there a step between two looks at the interrupt where a process is started and not yet known?
     */
    @Test
    default void rule56_interruptAtAnyMoment_leavesNothing() throws Exception {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        for (int i = 0; i < 40; i++) {
            Marker marker = Marker.fresh();
            long delay = ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(40));
            assertInterrupted(
                    () -> sandbox.execute(Programs.startFamily(marker)), () -> LockSupport.parkNanos(delay), marker);
            assertThat(root.changes()).as("after %d ns", delay).isEmpty();
        }
        assertRunning(sandbox, exit(3)).exitedWith(3);
    }

    /**
     * Rule 56. An interrupt of {@code waitFor()} MUST end the waiting only. If it fails: is the command killed by
     * whoever waits?
     */
    @Test
    default void rule56_interruptOfWaitFor_leavesTheCommandAlone() throws Exception {
        staged().assume(Capability.LIVE_INPUT);
        Sandbox sandbox = staged().open();
        try (SandboxProcess process = sandbox.start(Programs.echoInput())) {
            FutureTask<Object> wait = new FutureTask<>(process::waitFor);
            Thread thread = new Thread(wait, "waiter");
            thread.start();
            Await.until(
                    "a thread that waits",
                    () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            assertThatThrownBy(() -> Await.result("the return of waitFor", wait))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(process.isAlive()).isTrue();
            process.stdin().write('x');
            process.stdin().close();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
    }

    private static void assertInterrupted(Callable<Object> call, Runnable moment, Marker marker) throws Exception {
        FutureTask<Object> run = new FutureTask<>(() -> {
            try {
                return call.call();
            } finally {
                marker.assertGone();
            }
        });
        Thread thread = new Thread(run, "run to be interrupted");
        thread.start();
        moment.run();
        thread.interrupt();
        assertThatThrownBy(() -> Await.result("the return after an interrupt", run))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        marker.assertGone();
    }
}
