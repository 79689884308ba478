package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.Programs.writeZeros;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;

/** Rule 71: captures that are full. */
interface CaptureRules extends Rules {
    /**
     * Rule 71. A full capture MUST go on draining, keep the first bytes, and say so; the command does not notice. If it
     * fails: is the pipe closed, or no longer read, when the limit is reached?
     */
    @Test
    default void rule71_fullCapture_goesOnDraining() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand command =
                sh("printf 0123456789; dd if=/dev/zero bs=1048576 count=20 2>/dev/null; echo err >&2; exit 3");
        SandboxResult result =
                sandbox.execute(command.toBuilder().stdout(Stdio.capture(10)).build());
        SandboxAssertions.assertThat(result).exitedWith(3).wrote("0123456789").wroteToStderr("err\n");
        assertThat(result.stdout().truncated()).isTrue();
        assertThat(result.stdout().totalBytes()).isEqualTo(10 + (20L << 20));
        assertThat(result.stderr().truncated()).isFalse();
    }

    /**
     * Rule 71. A capture MUST NOT be called truncated when it just fits, and one of nothing keeps nothing. If it fails:
     * is the limit compared with "at least"?
     */
    @Test
    default void rule71_captureThatJustFits_isNotTruncated() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand command = sh("printf 0123456789");
        for (int limit = 9; limit <= 11; limit++) {
            SandboxResult result = sandbox.execute(
                    command.toBuilder().stdout(Stdio.capture(limit)).build());
            SandboxAssertions.assertThat(result).succeeded().wrote("0123456789".substring(0, Math.min(limit, 10)));
            assertThat(result.stdout().truncated())
                    .as("with a limit of %d", limit)
                    .isEqualTo(limit < 10);
        }
        SandboxResult nothing =
                sandbox.execute(command.toBuilder().stdout(Stdio.capture(0)).build());
        SandboxAssertions.assertThat(nothing).succeeded().wrote("");
        assertThat(nothing.stdout().totalBytes()).isEqualTo(10);
    }

    /**
     * Rule 71. {@code execute} MUST capture 16 MiB of each stream by default. If it fails: what is the default?
     */
    @Test
    default void rule71_defaultCapture_keepsSixteenMebibytes() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, writeZeros(16)).succeeded().satisfies(result -> {
            assertThat(result.stdout().truncated()).isFalse();
            assertThat(result.stdout().bytes()).hasSize(16 << 20);
        });
        assertRunning(sandbox, writeZeros(17)).succeeded().satisfies(result -> {
            assertThat(result.stdout().truncated()).isTrue();
            assertThat(result.stdout().bytes()).hasSize(16 << 20);
            assertThat(result.stdout().totalBytes()).isEqualTo(17 << 20);
        });
    }

    /**
     * Rule 71. An endless writer MUST be ended by its timeout, not by a full capture. If it fails: as for draining.
     */
    @Test
    default void rule71_endlessWriter_isEndedByItsTimeout() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Duration limit = Duration.ofMillis(300);
        SandboxCommand endless =
                sh("yes").toBuilder().stdout(Stdio.capture(1000)).timeout(limit).build();
        assertRunning(sandbox, endless).timedOutAfter(limit).satisfies(result -> {
            assertThat(result.stdout().bytes()).hasSize(1000);
            assertThat(result.stdout().truncated()).isTrue();
        });
    }
}
