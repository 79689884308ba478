package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.leaveDaemon;
import static org.sandbox4j.testkit.Programs.printEnvironment;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;

/** Rule 60: batches. */
interface BatchRules extends Rules {
    /**
     * Rule 60. The commands MUST run in order with one {@code /tmp}, which is fresh before and gone afterwards. If it
     * fails: does each command get a {@code /tmp} of its own?
     */
    @Test
    default void rule60_commands_runInOrderWithOneTmp() throws InterruptedException {
        Sandbox sandbox = staged().open();
        List<SandboxResult> results = sandbox.execute(List.of(
                sh("ls -A /tmp; echo one > /tmp/file; echo 1 >> /order"),
                sh("cat /tmp/file; echo two >> /tmp/file; echo 2 >> /order"),
                with(sh("cat /tmp/file; stat -c %a /tmp; > /tmp/more"), SandboxFlags.ROOT_READ_ONLY),
                sh("ls /tmp; cat /order")));
        assertThat(results)
                .extracting(result -> result.stdout().text())
                .containsExactly("", "one\n", "one\ntwo\n1777\n", "file\nmore\n1\n2\n");
        assertRunning(sandbox, sh("ls -A /tmp")).succeeded().wrote("");
        assertThat(staged().root("/tmp")).doesNotExist();
    }

    /**
     * Rule 60. The first command that fails MUST be the last, and the last result; what may fail does not count. If it
     * fails: is a signal or a timeout taken for success?
     */
    @Test
    default void rule60_failure_endsTheBatchUnlessItMayFail() throws InterruptedException {
        Sandbox sandbox = staged().open();
        List<SandboxCommand> failures = List.of(
                exit(3),
                Programs.dieOf(9),
                Programs.sleep(Marker.fresh()).toBuilder()
                        .timeout(Duration.ofMillis(200))
                        .build());
        for (SandboxCommand failure : failures) {
            SandboxCommand mayFail = failure.toBuilder().mayFail(true).build();
            assertThat(sandbox.execute(List.of(exit(0), failure, sh("echo ran > /after"))))
                    .hasSize(2);
            assertThat(staged().root("/after")).doesNotExist();
            List<SandboxResult> results = sandbox.execute(List.of(mayFail, mayFail, sh("echo ran; exit 4"), exit(0)));
            assertThat(results).hasSize(3);
            assertThat(results.get(1).succeeded()).isFalse();
            SandboxAssertions.assertThat(results.get(2)).exitedWith(4).wrote("ran\n");
        }
    }

    /**
     * Rule 60. Each command MUST have its own environment, work directory and flags. If it fails: are those of the
     * first taken for all?
     */
    @Test
    default void rule60_settings_areEachCommandsOwn() throws InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("A", "sandbox"));
        SandboxCommand print = printEnvironment();
        SandboxCommand write = sh("> /probe");
        List<SandboxResult> results = sandbox.execute(List.of(
                print.toBuilder()
                        .environment(Map.of("B", "own"))
                        .workDirectory("/work")
                        .build(),
                print,
                with(write, SandboxFlags.ROOT_READ_ONLY).toBuilder()
                        .mayFail(true)
                        .build(),
                write));
        assertThat(results.get(0).stdout().text().split("\0")).containsExactlyInAnyOrder("B=own", "PWD=/work");
        assertThat(results.get(1).stdout().text().split("\0")).containsExactlyInAnyOrder("A=sandbox", "PWD=/");
        SandboxAssertions.assertThat(results.get(2)).failed();
        SandboxAssertions.assertThat(results.get(3)).succeeded();
    }

    /**
     * Rule 60. When a batch returns nothing of it MUST be alive. If it fails: is the end of the last command alone
     * awaited?
     */
    @Test
    default void rule60_end_leavesNothing() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        assertThat(sandbox.execute(List.of(leaveDaemon(marker), sh("rm /tmp/up"), leaveDaemon(marker), exit(0))))
                .hasSize(4);
        marker.assertGone();
        assertThat(root.changes()).isEmpty();
        assertThat(sandbox.execute(List.of(leaveDaemon(marker), exit(1), exit(0))))
                .hasSize(2);
        marker.assertGone();
        assertThat(root.changes()).isEmpty();
    }

    private static SandboxCommand with(SandboxCommand command, SandboxFlags... flags) {
        return command.toBuilder().flags(flags).build();
    }
}
