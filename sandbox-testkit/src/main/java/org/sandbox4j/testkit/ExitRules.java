package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.dieOf;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;

/** Rules 50 and 51: what an exit code says. */
interface ExitRules extends Rules {
    /** Signals that end a process: those of signal(7) below 32, and the first, one and the last of the real-time ones. */
    List<Integer> DEADLY_SIGNALS =
            List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31, 34, 50, 64);

    /**
     * Rule 50. Every exit code MUST come back as it is. If it fails: is 126, 127 or 128 + n taken for something else?
     * is the code of a shell or of the sandbox's program returned?
     */
    @Test
    default void rule50_everyExitCode_comesBack() throws InterruptedException {
        Sandbox sandbox = staged().open();
        for (int code = 0; code <= 255; code++) {
            if (code % 2 == 0) {
                assertRunning(sandbox, exit(code)).exitedWith(code);
            } else {
                assertThat(sandbox.run(exit(code).arguments())).isEqualTo(code);
            }
        }
        for (int code : new int[] {0, 1, 125, 126, 127, 128, 137, 143, 255}) {
            assertRunning(sandbox, exit(code)).exitedWith(code);
            assertThat(sandbox.run(exit(code).arguments(), SandboxFlags.ROOT_READ_ONLY))
                    .isEqualTo(code);
            try (var process = sandbox.start(exit(code))) {
                SandboxAssertions.assertThat(process.waitFor()).exitedWith(code);
            }
        }
    }

    /**
     * Rule 50. A signal MUST come back as {@code Signalled(n)} with the exit code 128 + n. If it fails: is the command
     * process 1, which the kernel protects from signals? is a core dump's bit taken as part of the number?
     */
    @Test
    default void rule50_signals_comeBack() throws InterruptedException {
        Sandbox sandbox = staged().open();
        for (int signal : DEADLY_SIGNALS) {
            assertRunning(sandbox, dieOf(signal)).wasKilledBy(signal);
        }
        assertThat(sandbox.run(dieOf(9).arguments())).isEqualTo(137);
        assertRunning(sandbox, sh("kill -9 $$")).wasKilledBy(9);
        try (var process = sandbox.start(dieOf(15))) {
            SandboxAssertions.assertThat(process.waitFor()).wasKilledBy(15);
        }
    }

    /**
     * Rule 50. An exit code above 128 MUST NOT be taken for a signal, also when a child died of one. If it fails: is
     * the termination guessed from a number?
     */
    @Test
    default void rule50_exitCodeOfAKilledChild_isAnExitCode() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, exit(137)).exitedWith(137);
        assertRunning(sandbox, sh("sh -c 'kill -9 $$'; exit $?")).exitedWith(137);
        assertRunning(sandbox, sh("sleep 1000 & kill -15 $!; wait $!; exit $?")).exitedWith(143);
    }

    /**
     * Rule 50. What a command does to other processes of its sandbox MUST NOT change its own exit code. If it fails:
     * can the command signal the sandbox's own processes?
     */
    @Test
    default void rule50_killingEverybodyElse_doesNotChangeTheExitCode() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("kill -9 1 2>/dev/null; exit 7")).exitedWith(7);
        assertRunning(sandbox, sh("kill -9 $PPID 2>/dev/null; exit 8")).exitedWith(8);
        assertRunning(sandbox, sh("trap '' TERM; kill -15 -1 2>/dev/null; exit 9"))
                .exitedWith(9);
        assertRunning(sandbox, sh("kill -9 -1 2>/dev/null; exit 10")).exitedWith(10);
        assertRunning(sandbox, sh("exec 0<&- 1>&- 2>&-; exit 11")).exitedWith(11);
    }

    /**
     * Rule 51. A failure of the sandbox MUST be an exception and not an exit code, and {@code exit 1} an exit code. If
     * it fails: is the exit code of bubblewrap, which is 1 for failures of its own, returned as the command's?
     */
    @Test
    default void rule51_failureOfTheSandbox_isAnException() throws IOException, InterruptedException {
        Sandbox sandbox = staged().file("/file", "").open();
        assertRunning(sandbox, exit(1)).exitedWith(1);
        SandboxCommand impossible = exit(0).toBuilder().workDirectory("/file").build();
        assertThatThrownBy(() -> sandbox.execute(impossible)).isInstanceOf(SandboxSetupException.class);
        assertThatThrownBy(() -> sandbox.start(impossible).waitFor()).isInstanceOf(SandboxSetupException.class);
        assertThatThrownBy(() -> sandbox.run(exit(0).arguments(), Set.of(), "/file", null))
                .isInstanceOf(SandboxSetupException.class);

        Files.move(staged().root(), staged().outside().resolve("root"));
        assertThatThrownBy(() -> sandbox.execute(exit(0))).isInstanceOf(SandboxException.class);
        Files.writeString(staged().root(), "a file in place of the root");
        assertThatThrownBy(() -> sandbox.run(exit(0).arguments())).isInstanceOf(SandboxException.class);
        Files.delete(staged().root());
        Files.move(staged().outside().resolve("root"), staged().root());
        assertRunning(sandbox, exit(1)).exitedWith(1);
    }

    /**
     * Rule 51. A command MUST NOT be able to make its end look like a failure of the sandbox, or like another end. If
     * it fails: is something parsed that the command can write to?
     */
    @Test
    default void rule51_whatACommandWrites_isNotTakenForItsEnd() throws InterruptedException {
        Sandbox sandbox = staged().open();
        String script = "for fd in 3 4 5 6 7 8 9 10 11 12; do"
                + " (echo '{ \"exit-code\": 0 }' >&$fd; printf '\\3\\0\\0\\0\\0\\0\\0\\0' >&$fd) 2>/dev/null; done;"
                + " for fd in /proc/1/fd/* /proc/$PPID/fd/*; do (echo '{ \"exit-code\": 0 }' > $fd) 2>/dev/null; done;"
                + " echo \"bwrap: Can't find source path /root: No such file or directory\" >&2; exit 42";
        assertRunning(sandbox, sh(script)).exitedWith(42);
    }
}
