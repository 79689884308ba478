package org.sandbox4j.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.InitMessage;

/** A command that could not be started says what helps. */
class InitFailuresTest {
    private static final int MISSING = 1;
    private static final int NOEXEC = 6;

    @TempDir
    private Path root;

    @Test
    void exec_wholeLineAsProgram_saysToGiveArgumentsApart() {
        assertThat(explained("ls -l /tmp", false, MISSING))
                .hasMessageContaining("give each argument apart, as in List.of(\"ls\", \"-l\", \"/tmp\")");
        assertThat(explained("/bin/ls -l", true, MISSING)).hasMessageContaining("List.of(\"/bin/ls\", \"-l\")");
    }

    @Test
    void exec_quotesInTheLine_namesAShell() {
        assertThat(explained("echo 'a b' | wc", false, MISSING))
                .hasMessageContaining("give each argument apart")
                .hasMessageContaining("List.of(\"sh\", \"-c\", line)");
    }

    @Test
    void exec_programOfTheHostAndEmptyRoot_namesHostSystem() {
        assertThat(explained("ls", false, MISSING))
                .hasMessageContaining("bin/ls'. Open the sandbox with hostSystem(), or stage the program");
        assertThat(explained("/bin/ls", false, MISSING)).hasMessageContaining("hostSystem()");
    }

    @Test
    void exec_hostSystemWouldNotHelp_doesNotNameIt() throws IOException {
        assertThat(explained("ls", true, MISSING)).message().doesNotContain("hostSystem");
        assertThat(explained("no-such-program", false, MISSING)).message().doesNotContain("hostSystem");
        assertThat(explained("/etc/passwd", false, MISSING)).message().doesNotContain("hostSystem");
        assertThat(explained("/usr/bin/../../etc/passwd", false, MISSING))
                .message()
                .doesNotContain("hostSystem");
        Files.createDirectories(root.resolve("bin"));
        assertThat(explained("ls", false, MISSING))
                .hasMessageContaining("no directory of the run's PATH has it. Set PATH")
                .message()
                .doesNotContain("hostSystem");
    }

    @Test
    void exec_noexecMount_namesItsMountPoint() {
        assertThat(SoughtProgram.whyNotExecuted("/bin/sh", Optional.of("/srv")))
                .contains("'/bin/sh' is on a file system that is mounted noexec, on the host at '/srv'")
                .contains("mount -o remount,exec /srv");
    }

    @Test
    void exec_noexecMountInTheSandbox_saysSo() {
        assertThat(explained("/usr/bin/x", false, NOEXEC))
                .hasMessageContaining("mounted noexec")
                .hasMessageContaining("remount");
    }

    @Test
    void otherStage_namesTheError() {
        assertThat(InitFailures.explain(
                        sought("x", false), new InitMessage.Failed(InitMessage.Stage.MEMORY, 12, 0, "")))
                .hasMessageContaining("Cannot allocate memory (ENOMEM)");
    }

    private SandboxException explained(String program, boolean hostSystem, int detail) {
        return InitFailures.explain(sought(program, hostSystem), failed(detail, program));
    }

    private SoughtProgram sought(String program, boolean hostSystem) {
        return new SoughtProgram(program, root, hostSystem);
    }

    private static InitMessage.Failed failed(int detail, String path) {
        return new InitMessage.Failed(InitMessage.Stage.EXEC, 2, detail, path);
    }
}
