package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnsupportedException;

/** Rules 30 and 31: marked directories exist, and can be written. */
interface MarkRules extends Rules {
    /**
     * Rule 30. A marked directory MUST exist in every later run and in the root, also when it is nested or was removed.
     * If it fails: is it made for the first run only? in which order are nested ones made?
     */
    @Test
    default void rule30_markedDirectory_existsInEveryLaterRunAndInTheRoot() throws IOException, InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.markDirectory("/build/a/b/c");
        sandbox.markDirectory("/build/a");
        sandbox.markDirectory("/install");
        for (SandboxFlags[] flags : List.of(new SandboxFlags[0], new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY})) {
            SandboxCommand look = with(sh("ls -d /build/a/b/c /install && ls -A /install"), flags);
            assertRunning(sandbox, look).succeeded().wrote("/build/a/b/c\n/install\n");
            assertThat(staged().root("/build/a/b/c")).isEmptyDirectory();
            assertThat(staged().root("/install")).isEmptyDirectory();
            Files.delete(staged().root("/install"));
            assertRunning(sandbox, look).succeeded();
        }
        assertRunning(sandbox, sh("rm -r /install /build")).succeeded();
        assertRunning(sandbox, sh("ls -d /install /build/a/b/c")).succeeded();
        assertThat(staged().root("/install")).isDirectory();
    }

    /**
     * Rule 30. It MUST exist when nothing at all was staged. If it fails: are directories above it expected to be
     * there?
     */
    @Test
    default void rule30_emptyRoot_getsTheMarkedDirectory() throws IOException, InterruptedException {
        staged().assume(Capability.HOST_BINDS);
        StagedRoot other = staged().another();
        Path tools = Files.move(other.root("/bin"), staged().outside().resolve("tools"));
        Sandbox sandbox = other.open(builder -> builder.bind(tools, "/tools"));
        sandbox.markDirectory("/usr/src/build");
        SandboxCommand command =
                SandboxCommand.of("/tools/busybox", "sh", "-c", "/tools/busybox touch /usr/src/build/made");
        assertRunning(sandbox, with(command, SandboxFlags.ROOT_READ_ONLY)).succeeded();
        assertThat(other.root("/usr/src/build/made")).exists();
        assertThat(other.root("/tools")).as("a mount point that was not staged").doesNotExist();
    }

    /**
     * Rule 31. What is bound MUST be read-only, with the root writable or not, unless it is bound to be writable. If it
     * fails: are binds mounted with the mode of the root?
     */
    @Test
    default void rule31_boundDirectory_isWritableOnlyWhenAskedFor() throws IOException, InterruptedException {
        staged().assume(Capability.HOST_BINDS);
        Path fixed = Files.createDirectory(staged().outside().resolve("fixed"));
        Path open = Files.createDirectory(staged().outside().resolve("open"));
        Files.writeString(fixed.resolve("file"), "of the host");
        TreeSnapshot before = TreeSnapshot.of(fixed);
        Sandbox sandbox =
                staged().open(builder -> builder.bind(fixed, "/opt/fixed").bindWritable(open, "/opt/open"));
        for (SandboxFlags[] flags : List.of(new SandboxFlags[0], new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY})) {
            assertRunning(sandbox, with(sh("cat /opt/fixed/file; echo x > /opt/open/made"), flags))
                    .succeeded()
                    .wrote("of the host");
            assertThat(open.resolve("made")).hasContent("x\n");
            for (String write : List.of(
                    "echo x > /opt/fixed/file", "> /opt/fixed/new", "chmod 777 /opt/fixed", "rm /opt/fixed/file")) {
                assertRunning(sandbox, with(sh(write), flags)).failed();
            }
        }
        assertThat(before.changes()).isEmpty();
    }

    /**
     * Rule 30. A file in its place MUST be refused, with nothing changed. If it fails: as for rule 23.
     */
    @Test
    default void rule30_fileInItsPlace_isRefusedAndNothingChanged() {
        staged().file("/file", "content");
        for (String path : List.of("/file", "/file/sub")) {
            Sandbox sandbox = staged().open();
            TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
            assertThatThrownBy(() -> {
                        sandbox.markDirectory(path);
                        sandbox.execute(sh("> /ran"));
                    })
                    .isInstanceOf(SandboxSetupException.class)
                    .hasMessageContaining(path);
            assertThat(root.changes()).isEmpty();
            sandbox.close();
        }
    }

    /**
     * Rule 30. {@code /proc} and {@code /dev} MUST be refused, being the sandbox's own. If it fails: is the normalised
     * path compared?
     */
    @Test
    default void rule30_procAndDev_areRefused() {
        Sandbox sandbox = staged().open();
        for (String path : List.of("/proc", "/dev", "/proc/self", "/dev/shm", "//dev/./x")) {
            assertThatThrownBy(() -> sandbox.markDirectory(path)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sandbox.markDirectory(path, true)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /**
     * Rule 31. A marked directory MUST be writable under a read-only root, with everything in it, and changes stay. If
     * it fails: is it mounted after the root? who owns the directories that were made?
     */
    @Test
    default void rule31_markedDirectory_isWritableUnderAReadOnlyRoot() throws InterruptedException {
        staged().file("/build/old", "old").file("/build/dir/inner", "inner").directory("/build/out");
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid).buildGid(uid));
            sandbox.markDirectory("/build");
            sandbox.markDirectory("/made/deep");
            SandboxCommand change = sh(
                    "cd /build && echo " + uid + " > old && mkdir -p new/dir && mv dir/inner new/ && mv new/inner dir/"
                            + " && ln -sf old link && ln -f old hard && chmod 700 out && rm -r new && echo x > /made/deep/file");
            assertRunning(sandbox, with(change, SandboxFlags.ROOT_READ_ONLY)).succeeded();
            assertThat(staged().root("/build/hard")).hasContent(uid + "\n");
            assertThat(staged().root("/build/new")).doesNotExist();
            assertThat(staged().root("/made/deep/file")).hasContent("x\n");
            sandbox.close();
        }
    }

    /**
     * Rule 31. A mark MUST NOT reach further than its directory, and not into the next sandbox on the same root. If it
     * fails: is a prefix compared without the slash? are marks stored with the root?
     */
    @Test
    default void rule31_marks_endWithTheirDirectoryAndSandbox() throws InterruptedException {
        staged().directory("/build").directory("/build2").directory("/buil");
        Sandbox sandbox = staged().open();
        sandbox.markDirectory("/build");
        SandboxCommand touch = with(sh("touch /build/x /build2/x /buil/x /x"), SandboxFlags.ROOT_READ_ONLY);
        assertRunning(sandbox, touch).failed();
        assertThat(staged().root("/build/x")).exists();
        assertThat(staged().root("/build2")).isEmptyDirectory();
        assertThat(staged().root("/buil")).isEmptyDirectory();
        assertThat(staged().root("/x")).doesNotExist();
        sandbox.close();
        assertRunning(staged().open(), with(sh("touch /build/y"), SandboxFlags.ROOT_READ_ONLY))
                .failed();
        assertThat(staged().root("/build/y")).doesNotExist();
    }

    /**
     * Rules 32 and 33, as far as every backend has to keep them. Files that are hard-linked from outside MUST NOT
     * change: a backend that cannot protect them refuses. If it fails: is the number of links looked at where artifacts
     * are to be protected?
     */
    @Test
    default void rule32_outsideHardLinks_areProtectedOrRefused() throws IOException, InterruptedException {
        Path cache = Files.writeString(staged().outside().resolve("artifact"), "of the cache");
        staged().directory("/build");
        Files.createLink(staged().root("/build/artifact"), cache);
        TreeSnapshot outside = TreeSnapshot.of(staged().outside());
        for (SandboxFlags[] flags : List.of(new SandboxFlags[0], new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY})) {
            Sandbox sandbox = staged().open();
            try {
                sandbox.markDirectory("/build", true);
                String damage = "cd /build && echo x >> artifact && chmod 777 artifact && truncate -s 1 artifact";
                assertRunning(sandbox, with(sh(damage), flags)).succeeded();
            } catch (SandboxException e) {
                assertThat(e).isInstanceOf(SandboxUnsupportedException.class).hasMessageContaining("artifact");
            }
            assertThat(outside.changes()).isEmpty();
            sandbox.close();
        }
    }

    /**
     * Rule 33, likewise, for a root that is not read-only. If it fails: is the whole root looked at?
     */
    @Test
    default void rule33_outsideHardLinksInAWritableRoot_areProtectedOrRefused()
            throws IOException, InterruptedException {
        Path cache = Files.writeString(staged().outside().resolve("artifact"), "of the cache");
        staged().directory("/usr/share");
        Files.createLink(staged().root("/usr/share/artifact"), cache);
        TreeSnapshot outside = TreeSnapshot.of(staged().outside());
        Sandbox sandbox = staged().open();
        try {
            SandboxCommand damage =
                    sh("cd /usr/share && echo x >> artifact && chmod 777 artifact && truncate -s 1 artifact");
            assertRunning(sandbox, damage).succeeded();
            assertThat(staged().root("/usr/share/artifact")).hasContent("o");
        } catch (SandboxException e) {
            assertThat(e).isInstanceOf(SandboxUnsupportedException.class).hasMessageContaining("artifact");
            assertRunning(sandbox, with(sh("cat /usr/share/artifact"), SandboxFlags.ROOT_READ_ONLY))
                    .succeeded()
                    .wrote("of the cache");
        }
        assertThat(outside.changes()).isEmpty();
    }

    private static SandboxCommand with(SandboxCommand command, SandboxFlags... flags) {
        return command.toBuilder().flags(flags).build();
    }
}
