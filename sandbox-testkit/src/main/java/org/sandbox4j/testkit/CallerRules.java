package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;

/** Rule 54, second half, and rule 55: the calling JVM and thread may end at any moment. */
interface CallerRules extends Rules {
    /** Most kills come so long after the first run at the latest; one run takes a good 10 ms. */
    long LATEST_KILL_MICROS = TimeUnit.MILLISECONDS.toMicros(60);

    /**
     * Rule 54. After SIGKILL of the JVM at any moment nothing MUST remain, and the root can be used by the next. If it
     * fails: does anything outside the JVM notice its death? is it there before the command can start? does one helper wait
     * for another that was killed? {@code --die-with-parent} of bubblewrap leaves processes behind when it hits the first 30 ms.
     */
    @Test
    @Timeout(value = EnduranceRules.LONGEST, unit = TimeUnit.MINUTES)
    default void rule54_killedJvm_leavesNothing() throws InterruptedException {
        staged().assume(Capability.DEATH_WITH_CALLER);
        Marker marker = Marker.fresh();
        ChildJvm.Launch launch = ChildJvm.Launch.of(EndlessRuns.class, staged().directory(), marker);
        for (int i = 0; i < Endurance.kills(); i++) {
            try (ChildJvm jvm = staged().start(launch)) {
                jvm.awaitLine(EndlessRuns.READY);
                // Some come later, when the JVM has got faster.
                long latest = i % 4 == 3 ? 10 * LATEST_KILL_MICROS : LATEST_KILL_MICROS;
                long moment = ThreadLocalRandom.current().nextLong(latest);
                jvm.letRun(moment);
                jvm.kill();
                Await.until(
                        () -> "the end of " + staged().processes() + marker.processes() + " after SIGKILL of their JVM "
                                + moment + " us after its first run",
                        () -> marker.processes().isEmpty()
                                && staged().processes().isEmpty());
            }
        }
        assertThat(Files.isDirectory(staged().root())).isTrue();
        assertRunning(staged().open(), exit(3)).exitedWith(3);
    }

    /**
     * Rule 54. After {@code System.exit} during a run nothing MUST remain, and the JVM does not hang. If it fails: does
     * a shutdown hook wait for the run? is there none?
     */
    @Test
    default void rule54_systemExit_leavesNothing() throws InterruptedException {
        Marker marker = Marker.fresh();
        ChildJvm jvm = staged().start(ChildJvm.Launch.of(ExitDuringRuns.class, staged().directory(), marker));
        assertThat(jvm.waitFor())
                .as("exit code of a JVM that wrote %s", jvm.output())
                .isEqualTo(ExitDuringRuns.CODE);
        assertThat(jvm.output()).contains(ExitDuringRuns.EXITING);
        marker.awaitGone();
    }

    /**
     * Rule 54. A command that signals its process group MUST NOT reach the JVM. If it fails: is the command in the
     * JVM's own process group?
     */
    @Test
    default void rule54_killOfTheProcessGroup_staysInside() throws InterruptedException {
        ChildJvm jvm = staged().start(ChildJvm.Launch.of(GroupKill.class, staged().directory()));
        assertThat(jvm.waitFor())
                .as("exit code of a JVM that wrote %s", jvm.output())
                .isZero();
        assertThat(jvm.output().lines()).containsExactly("killed by 9", "killed by 15");
    }

    /**
     * Rule 55. A thread that started a command MUST be able to end without harm to it. If it fails: does a parent-death
     * signal follow the thread that forked?
     */
    @Test
    default void rule55_threadThatStarted_mayEnd() throws Exception {
        Sandbox sandbox = staged().open();
        FutureTask<SandboxProcess> start = new FutureTask<>(() -> sandbox.start(Programs.echoInput()));
        Thread thread = new Thread(start, "starter");
        thread.start();
        Await.end(thread);
        try (SandboxProcess process = start.get()) {
            assertAnswers(process);
            assertRunning(sandbox, exit(0)).succeeded();
            assertAnswers(process);
            process.stdin().close();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
    }

    /**
     * Rule 55. An interrupt of one thread MUST NOT touch the runs of others. If it fails: do runs share a thread or a
     * lock that is interrupted?
     */
    @Test
    default void rule55_interruptedThread_doesNotHarmOthers() throws Exception {
        Sandbox sandbox = staged().open();
        try (SandboxProcess other = sandbox.start(Programs.echoInput())) {
            for (int i = 0; i < 5; i++) {
                Marker marker = Marker.fresh();
                Thread thread = new Thread(
                        new FutureTask<>(() -> sandbox.execute(Programs.startFamily(marker))), "interrupted");
                thread.start();
                marker.awaitRunning();
                thread.interrupt();
                Await.end(thread);
                marker.assertGone();
                assertAnswers(other);
            }
            other.stdin().close();
            SandboxAssertions.assertThat(other.waitFor()).succeeded();
        }
    }

    /**
     * Rule 55. A virtual thread MUST be able to run and to start commands. If it fails: is something pinned,
     * thread-bound, or tied to the carrier?
     */
    @Test
    default void rule55_virtualThread_runsAndStarts() throws Exception {
        Sandbox sandbox = staged().open();
        FutureTask<SandboxResult> run = new FutureTask<>(() -> sandbox.execute(exit(5)));
        startVirtual(run);
        SandboxAssertions.assertThat(Await.result("the return of a run in a virtual thread", run))
                .exitedWith(5);
        FutureTask<SandboxProcess> start = new FutureTask<>(() -> sandbox.start(Programs.echoInput()));
        Await.end(startVirtual(start));
        try (SandboxProcess process = start.get()) {
            assertAnswers(process);
            process.stdin().close();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
        Marker marker = Marker.fresh();
        Callable<SandboxResult> endless = () -> sandbox.execute(Programs.startFamily(marker));
        FutureTask<SandboxResult> interrupted = new FutureTask<>(endless);
        Thread thread = startVirtual(interrupted);
        marker.awaitRunning();
        thread.interrupt();
        Await.end(thread);
        marker.assertGone();
    }

    private static void assertAnswers(SandboxProcess process) throws IOException {
        process.stdin().write('?');
        process.stdin().flush();
        assertThat(process.stdout().read()).isEqualTo('?');
    }

    /** Calls {@code Thread.startVirtualThread}, which JDK 17 does not have. */
    private static Thread startVirtual(Runnable task) throws IllegalAccessException, InvocationTargetException {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (NoSuchMethodException e) {
            return Assumptions.abort("Skipped: this JDK, " + Runtime.version() + ", has no virtual threads.");
        }
    }
}
