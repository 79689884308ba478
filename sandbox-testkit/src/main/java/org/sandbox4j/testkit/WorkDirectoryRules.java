package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.printEnvironment;
import static org.sandbox4j.testkit.Programs.printWorkDirectory;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;

/** Rules 20 to 23: where a command starts. */
interface WorkDirectoryRules extends Rules {
    /**
     * Rule 20. The run's work directory MUST win over the sandbox's, and {@code /} is the default. If it fails: which
     * of the three is read where?
     */
    @Test
    default void rule20_workDirectory_isTheRunsElseTheSandboxsElseTheRoot() throws InterruptedException {
        staged().directory("/work/inner");
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, printWorkDirectory()).succeeded().wrote("/\n");
        assertRunning(sandbox, in("/work", printWorkDirectory())).succeeded().wrote("/work\n");
        sandbox.setWorkDirectory("/work/inner");
        assertRunning(sandbox, printWorkDirectory()).succeeded().wrote("/work/inner\n");
        assertRunning(sandbox, in("/work", printWorkDirectory())).succeeded().wrote("/work\n");
        assertRunning(sandbox, in("/", printWorkDirectory())).succeeded().wrote("/\n");
        int exit = sandbox.run(sh("[ $(readlink /proc/self/cwd) = /work ]").arguments(), Set.of(), "/work", Map.of());
        assertThat(exit).isZero();
        exit = sandbox.run(sh("[ $(readlink /proc/self/cwd) = /work/inner ]").arguments(), Set.of(), null, null);
        assertThat(exit).isZero();
    }

    /**
     * Rule 20. {@code PWD} MUST name the work directory. If it fails: is it set from the sandbox's work directory
     * instead of the run's?
     */
    @Test
    default void rule20_pwd_namesTheWorkDirectory() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, in("/work/a b", printEnvironment())).succeeded().wrote("PWD=/work/a b\0");
    }

    /**
     * Rule 21. A path MUST be absolute and is normalised; relative ones and {@code ..} are refused as arguments. If it
     * fails: is the path checked when it is set, and also in {@code run}?
     */
    @Test
    default void rule21_paths_areNormalisedOrRefused() throws InterruptedException {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        for (String path :
                List.of("", ".", "work", "./work", "../work", "/..", "/work/..", "/work/../..", "/a/../b", "/a\0b")) {
            assertThatThrownBy(() -> sandbox.setWorkDirectory(path), "'%s'", path)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> in(path, printWorkDirectory()), "'%s'", path)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sandbox.run(sh("> /ran").arguments(), Set.of(), path, null), "'%s'", path)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sandbox.markDirectory(path), "'%s'", path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(root.changes()).isEmpty();
        for (String path : List.of("/work", "//work", "/work/", "/./work/.", "/work//")) {
            assertRunning(sandbox, in(path, printWorkDirectory())).succeeded().wrote("/work\n");
            assertRunning(sandbox, in(path, printEnvironment())).succeeded().wrote("PWD=/work\0");
        }
    }

    /**
     * Rule 22. A missing work directory MUST be made, and is then part of the root, also below a read-only root. If it
     * fails: is it made in a layer that is thrown away, or taken for a mount point?
     */
    @Test
    default void rule22_missingDirectory_isMadeAndStays() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand probe = sh("readlink /proc/self/cwd; ls -A");
        assertRunning(sandbox, in("/new/a/b", probe)).succeeded().wrote("/new/a/b\n");
        assertThat(staged().root("/new/a/b")).isEmptyDirectory();
        SandboxCommand readOnly = in("/other/a", probe).toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();
        assertRunning(sandbox, readOnly).succeeded().wrote("/other/a\n");
        assertThat(staged().root("/other/a")).isEmptyDirectory();
        assertRunning(sandbox, sh("ls -d /new/a/b /other/a")).succeeded();
    }

    /**
     * Rule 22. One with bytes that are no ASCII MUST be made under just this name, or be refused as an exception of the
     * library's. If it fails: does its name depend on the JVM's locale?
     */
    @Test
    default void rule22_nameBeyondAscii_isMadeOrRefused() throws InterruptedException {
        Sandbox sandbox = staged().open();
        String path = "/w\u00f6rk \u20ac";
        try {
            assertRunning(sandbox, in(path, printWorkDirectory())).succeeded().wrote(path + "\n");
        } catch (SandboxException e) {
            assertThat(e).hasMessageContaining(path.substring(1));
        }
    }

    /**
     * Rule 22. Below {@code /tmp} it MUST live and go with the run's {@code /tmp}. If it fails: is it made in the
     * root's own {@code /tmp}, before the fresh one hides it?
     */
    @Test
    default void rule22_directoryBelowTmp_goesWithTheRun() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand probe = in("/tmp/a/b", sh("readlink /proc/self/cwd; ls -A; echo x > file"));
        assertRunning(sandbox, probe).succeeded().wrote("/tmp/a/b\n");
        assertRunning(sandbox, probe).succeeded().wrote("/tmp/a/b\n");
        assertRunning(sandbox, sh("ls -A /tmp")).succeeded().wrote("");
        assertThat(staged().root("/tmp")).doesNotExist();
        staged().directory("/tmp");
        assertRunning(sandbox, probe).succeeded().wrote("/tmp/a/b\n");
        assertThat(staged().root("/tmp")).isEmptyDirectory();
    }

    /**
     * Rule 23. A file in place of the directory, or above it, MUST be a SandboxSetupException, and nothing has changed.
     * If it fails: does the sandbox's program report it as an exit code? are directories above it left behind?
     */
    @Test
    default void rule23_file_isRefusedAndNothingChanged() {
        staged().file("/file", "content").file("/dir/file", "content");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        for (String path : List.of("/file", "/file/sub", "/dir/file", "/dir/file/a/b", "/bin/sh")) {
            for (SandboxFlags[] flags :
                    List.of(new SandboxFlags[0], new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY})) {
                SandboxCommand command =
                        in(path, sh("> /ran")).toBuilder().flags(flags).build();
                assertThatThrownBy(() -> sandbox.execute(command), "work directory %s", path)
                        .isInstanceOf(SandboxSetupException.class)
                        .hasMessageContaining(path);
                assertThat(root.changes()).as("work directory %s", path).isEmpty();
            }
        }
    }

    private static SandboxCommand in(String directory, SandboxCommand command) {
        return command.toBuilder().workDirectory(directory).build();
    }
}
