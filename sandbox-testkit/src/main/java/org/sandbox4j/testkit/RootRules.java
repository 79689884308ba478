package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** Rules 1, 2, 4 and 5: the root, its life, and {@code /tmp}. */
interface RootRules extends Rules {
    /**
     * Rule 1. {@code getDirectory()} MUST be absolute, exist, and stay the same. If it fails: is the directory made
     * when the sandbox opens? is a relative directory made absolute then, and not at each call?
     */
    @Test
    default void rule01_directory_isAbsoluteExistsAndStaysTheSame() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Path directory = sandbox.getDirectory();
        assertThat(directory).isAbsolute().isDirectory().isEqualTo(staged().root());
        assertRunning(sandbox, exit(0)).succeeded();
        sandbox.setWorkDirectory("/work");
        sandbox.markDirectory("/build");
        assertRunning(sandbox, exit(1)).exitedWith(1);
        assertThat(sandbox.getDirectory()).isEqualTo(directory).isDirectory();
    }

    /**
     * Rule 1. What is staged, before or after opening, MUST be what commands see at {@code /}. If it fails: is a
     * directory above the root bound, or a copy made at opening?
     */
    @Test
    default void rule01_staged_isWhatCommandsSee() throws InterruptedException {
        staged().file("/early", "1").directory("/empty");
        Sandbox sandbox = staged().open();
        staged().file("/late", "2");
        assertRunning(sandbox, sh("cat /early /late")).succeeded().wrote("12");
        assertRunning(sandbox, sh("ls -A /"))
                .succeeded()
                .stdout()
                .satisfies(listing -> assertThat(listing.lines())
                        .containsExactlyInAnyOrder("bin", "dev", "early", "empty", "late", "proc", "tmp"));
    }

    /**
     * Rule 1. Files of the host MUST NOT be seen. If it fails: what is bound besides the root? is the old root still
     * mounted somewhere?
     */
    @Test
    default void rule01_filesOfTheHost_areNotSeen() throws IOException, InterruptedException {
        Path secret = Files.writeString(staged().outside().resolve("secret"), "of the host");
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.FILESYSTEM);
        String search =
                "for file in \"$1\" \"/proc/self/root$1\" \"/proc/1/root$1\" \"/proc/self/cwd/../../..$1\" ../../..\"$1\""
                        + " /etc /home /root /usr /var /sys /run; do [ -e \"$file\" ] && echo \"$file\"; done; exit 0";
        assertRunning(sandbox, sh(search, secret.toString())).succeeded().wrote("");
    }

    /**
     * Rule 2. What a command changed MUST be there when the run returns, and in the next run. If it fails: do runs work
     * on a copy or a layer that is not merged back before the return?
     */
    @Test
    default void rule02_changes_areThereAfterTheRun() throws InterruptedException {
        staged().file("/old", "old").file("/gone", "").file("/kept", "kept").file("/dir/inner", "");
        Sandbox sandbox = staged().open();
        String script =
                "echo -n new > /new; echo -n changed > /old; rm /gone; chmod 751 /kept; mv /dir /moved; ln -s kept /link";
        assertRunning(sandbox, sh(script)).succeeded();
        assertThat(staged().root("/new")).hasContent("new");
        assertThat(staged().root("/old")).hasContent("changed");
        assertThat(staged().root("/gone")).doesNotExist();
        assertThat(staged().root("/dir")).doesNotExist();
        assertThat(staged().root("/moved/inner")).exists();
        assertThat(staged().root("/link")).isSymbolicLink().hasContent("kept");
        assertThat(TreeSnapshot.of(staged().root("/kept")).describe("/")).contains("mode 100751");
        assertRunning(sandbox, sh("cat /new /old /link; ls /gone /dir 2>/dev/null; ls /moved"))
                .succeeded()
                .wrote("newchangedkeptinner\n");
    }

    /**
     * Rule 2. It MUST also be there after a run that failed, or was killed. If it fails: is a layer dropped when the
     * exit code is not 0?
     */
    @Test
    default void rule02_changesOfAFailedRun_areThereToo() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("echo 1 > /failed; exit 1")).exitedWith(1);
        assertRunning(sandbox, sh("echo 2 > /killed; kill -9 $$")).wasKilledBy(9);
        assertThat(staged().root("/failed")).hasContent("1\n");
        assertThat(staged().root("/killed")).hasContent("2\n");
    }

    /**
     * Rule 4. {@code close()} MUST keep the root and remove scratch, at any number of calls, and the root can be opened
     * again. If it fails: does something in scratch withstand removal, for example a directory without permissions?
     */
    @Test
    default void rule04_close_keepsTheRootAndRemovesScratch() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("echo kept > /file; mkdir /tmp/closed; > /tmp/closed/file; chmod 0 /tmp/closed"))
                .succeeded();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        sandbox.close();
        sandbox.close();
        assertThat(root.changes()).isEmpty();
        assertThat(staged().directory().resolve("scratch")).doesNotExist();
        assertRunning(staged().open(), sh("cat /file")).succeeded().wrote("kept\n");
    }

    /**
     * Rule 4. Use after {@code close()} MUST throw IllegalStateException. If it fails: is "open or closed" asked first,
     * by every method?
     */
    @Test
    default void rule04_useAfterClose_throwsIllegalState() {
        Sandbox sandbox = staged().open();
        sandbox.close();
        SandboxCommand command = exit(0);
        List<ThrowingCallable> uses = List.of(
                () -> sandbox.run(command.arguments()),
                () -> sandbox.execute(command),
                () -> sandbox.execute(List.of(command)),
                () -> sandbox.start(command),
                () -> sandbox.setEnvironment(Map.of()),
                () -> sandbox.setWorkDirectory("/"),
                () -> sandbox.markDirectory("/build"));
        for (ThrowingCallable use : uses) {
            assertThatThrownBy(use).isInstanceOf(IllegalStateException.class);
        }
        assertThat(staged().root("/build")).doesNotExist();
    }

    /**
     * Rule 5. {@code /tmp} MUST be empty, of mode 1777 and writable in every run, for any user, also under a read-only
     * root, and leave nothing behind. If it fails: is the root's own {@code /tmp} bound, or one of the last run?
     */
    @Test
    default void rule05_tmp_isFreshInEveryRun() throws InterruptedException {
        String script = "ls -A /tmp; stat -c %a /tmp; > /tmp/file && mkdir /tmp/dir && ls /tmp";
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid).buildGid(uid));
            for (int round = 0; round < 2; round++) {
                assertRunning(sandbox, sh(script)).succeeded().wrote("1777\ndir\nfile\n");
                assertRunning(sandbox, readOnly(sh(script))).succeeded().wrote("1777\ndir\nfile\n");
            }
            sandbox.close();
        }
        assertThat(Files.exists(staged().root("/tmp"), LinkOption.NOFOLLOW_LINKS))
                .as("a /tmp that was not staged")
                .isFalse();
    }

    /**
     * Rule 5. What is staged in {@code /tmp} MUST NOT be seen in a run, nor changed by it. If it fails: is the staged
     * directory used in place of a fresh one?
     */
    @Test
    default void rule05_stagedTmp_isHiddenAndUnchanged() throws InterruptedException {
        staged().file("/tmp/staged", "kept").mode("/tmp", "rwx------");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        assertRunning(sandbox, sh("ls -A /tmp; stat -c %a /tmp; echo x > /tmp/staged; > /tmp/new"))
                .succeeded()
                .wrote("1777\n");
        assertThat(root.changes()).isEmpty();
    }

    private static SandboxCommand readOnly(SandboxCommand command) {
        return command.toBuilder().flags(SandboxFlags.ROOT_READ_ONLY).build();
    }
}
