package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;

/** Programs as people use them, on a terminal whose screen is looked at. The kit checks the bytes. */
class TerminalIT {
    private Staging staging;

    @BeforeEach
    void stage() throws Exception {
        staging = Staging.create();
    }

    @AfterEach
    void clear() throws Exception {
        staging.close();
    }

    /** Runs its second argument with the shell. */
    static final class Interactive implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox = Sandbox.builder(Path.of(arguments.get(0)))
                    .backend(TestedBackend.id())
                    .open()) {
                sandbox.setEnvironment(Map.of("TERM", "screen", "PS1", "inside$ ", "LANG", "C.UTF-8"));
                int exit = sandbox.run(List.of("sh", "-c", arguments.get(1)), SandboxFlags.INTERACTIVE);
                System.out.println("run ended " + exit);
            } catch (SandboxUnsupportedException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void vi_fullScreen_editsAFile() throws Exception {
        try (Tmux tmux = start("native", "vi /file")) {
            tmux.await("- /file");
            assertThat(tmux.screen().lines().filter("~"::equals).count())
                    .as("lines of the screen below the file")
                    .isEqualTo(28);
            tmux.resize(90, 20);
            tmux.keys("i");
            tmux.type("gr\u00fc\u00dfe");
            tmux.keys("Escape");
            // The next key would make it a sequence.
            tmux.await("- /file");
            tmux.type(":wq");
            tmux.keys("Enter");
            tmux.await("run ended 0");
            tmux.await(" icanon");
        }
        assertThat(staging.root().resolve("file")).hasContent("gr\u00fc\u00dfe\n");
    }

    @Test
    void shell_onTheCallersTerminal_hasJobControl() throws Exception {
        try (Tmux tmux = start("native", "exec sh -i")) {
            tmux.await("inside$");
            tmux.type("sleep 1000; echo slept");
            tmux.keys("Enter");
            tmux.await("echo slept");
            tmux.keys("C-z");
            tmux.await("Stopped");
            tmux.type("fg");
            tmux.keys("Enter");
            tmux.await("fg\nsleep 1000");
            tmux.keys("C-c");
            tmux.type("tty; stty size");
            tmux.keys("Enter");
            tmux.await("/dev/pts/0\n30 100");
            tmux.resize(90, 25);
            tmux.type("until stty size | grep '25 90'; do usleep 10000; done");
            tmux.keys("Enter");
            tmux.await("\n25 90");
            tmux.type("exit 7");
            tmux.keys("Enter");
            tmux.await("run ended 7");
            tmux.await("ended with 0\n icanon");
        }
    }

    @Test
    void callersTerminal_withTheProcessLauncher_isRefused() throws Exception {
        try (Tmux tmux = start("process", "echo hello")) {
            tmux.await("refused: INTERACTIVE with a terminal as standard input: the launcher 'process' cannot");
            assertThat(tmux.screen()).doesNotContain("hello");
        }
    }

    @Test
    @RestoreSystemProperties
    void ownTerminal_withTheProcessLauncher_isRefused() {
        System.setProperty("sandbox4j.launcher", "process");
        try (Sandbox sandbox = staging.open()) {
            SandboxCommand command =
                    SandboxCommand.builder("touch", "/touched").terminal(80, 24).build();
            assertThatThrownBy(() -> sandbox.execute(command))
                    .isInstanceOf(SandboxUnsupportedException.class)
                    .hasMessageContaining("the launcher 'process' cannot give commands a terminal");
        }
        assertThat(staging.root().resolve("touched")).doesNotExist();
    }

    private Tmux start(String launcher, String script) throws Exception {
        Path directory = Files.createDirectory(staging.directory().resolveSibling("terminal"));
        return Tmux.start(
                directory, ChildJvm.withLauncher(launcher).command(Interactive.class, staging.directory(), script));
    }
}
