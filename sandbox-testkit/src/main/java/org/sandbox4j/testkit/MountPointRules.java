package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.dieOf;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.Programs.sleep;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;

/** Rule 3: what a run needs in the root is gone afterwards, and what was staged is as it was. */
interface MountPointRules extends Rules {
    /**
     * Rule 3. Mount points that had to be made MUST be removed when the run returns, however it ended. If it fails: is
     * clean-up tied to success? does it run before {@code run} returns?
     */
    @Test
    default void rule03_missingMountPoints_areRemovedAfterAnyEnd() throws InterruptedException {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        for (SandboxFlags[] flags : List.of(new SandboxFlags[0], SandboxFlags.values())) {
            SandboxCommand look = with(sh("ls -d /dev/null /proc/self/stat /tmp"), flags);
            assertRunning(sandbox, look).succeeded();
            assertThat(root.changes()).as("after exit 0").isEmpty();
            assertRunning(sandbox, with(exit(1), flags)).exitedWith(1);
            assertThat(root.changes()).as("after exit 1").isEmpty();
            assertRunning(sandbox, with(dieOf(9), flags)).wasKilledBy(9);
            assertThat(root.changes()).as("after SIGKILL").isEmpty();
            Duration limit = Duration.ofMillis(200);
            SandboxCommand late =
                    sleep(Marker.fresh()).toBuilder().timeout(limit).build();
            assertRunning(sandbox, with(late, flags)).timedOutAfter(limit);
            assertThat(root.changes()).as("after a timeout").isEmpty();
            assertThatThrownBy(() -> sandbox.execute(with(SandboxCommand.of("/missing"), flags)))
                    .isInstanceOf(CommandNotFoundException.class);
            assertThat(root.changes()).as("after a missing command").isEmpty();
        }
    }

    /**
     * Rule 3. Staged mount points MUST stay as they were, with their content, mode and times, even a regular file
     * {@code /dev/null}. If it fails: are devices made in the tree instead of in a file system of our own? is clean-up
     * removing what it did not make?
     */
    @Test
    default void rule03_stagedMountPoints_areLeftAsTheyWere() throws InterruptedException {
        staged().file("/dev/null", "a regular file")
                .file("/dev/shm/kept", "")
                .file("/proc/self/kept", "")
                .directory("/tmp/kept");
        staged().mode("/dev", "rwxr-x--x").mode("/proc", "r-xr-xr-x").mode("/tmp", "rwx--x--x");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        for (SandboxFlags[] flags : List.of(new SandboxFlags[0], SandboxFlags.values())) {
            assertRunning(sandbox, with(sh("echo gone > /dev/null; cat /dev/null; [ -c /dev/null ]"), flags))
                    .succeeded()
                    .wrote("");
            assertThat(root.changes()).as("with %s", Set.of(flags)).isEmpty();
        }
        sandbox.close();
        assertThat(root.changes()).as("after close()").isEmpty();
    }

    /**
     * Rule 3. Empty directories that were staged MUST stay, without anything in them. If it fails: does clean-up remove
     * every empty mount point?
     */
    @Test
    default void rule03_emptyStagedDirectories_stay() throws InterruptedException {
        staged().directory("/dev").directory("/proc").directory("/tmp");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        assertRunning(sandbox, exit(0)).succeeded();
        assertRunning(sandbox, with(exit(0), SandboxFlags.ROOT_READ_ONLY)).succeeded();
        assertThat(root.changes()).isEmpty();
    }

    /**
     * Rule 3. A file in place of a mount point MUST be refused, or worked around, and be the same afterwards. If it
     * fails: is the kind of a mount point looked at before it is used? is it deleted in order to make a directory?
     */
    @Test
    default void rule03_fileAtAMountPoint_isUnchanged() {
        for (String place : List.of("/dev", "/proc", "/tmp")) {
            StagedRoot other = staged().another().file(place, "a file");
            Sandbox sandbox = other.open();
            TreeSnapshot root = TreeSnapshot.of(other.root()).ignoringTimesOf("/");
            try {
                assertRunning(sandbox, exit(0)).succeeded();
            } catch (SandboxException e) {
                assertThat(e).isInstanceOf(SandboxSetupException.class).hasMessageContaining(place);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(root.changes()).as("a file at %s", place).isEmpty();
        }
    }

    /**
     * Rule 3. A root that only its owner may enter, and that cannot be written, MUST work, or be refused, and be the
     * same afterwards. If it fails: is the mode of the root changed in order to make mount points?
     */
    @Test
    default void rule03_rootWithoutWritePermission_isUnchanged() throws InterruptedException {
        staged().directory("/dev").directory("/proc").directory("/tmp").mode("/", "r-x------");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        assertRunning(sandbox, sh("[ -c /dev/null ] && [ -d /proc/self ] && > /tmp/file"))
                .succeeded();
        assertThat(root.changes()).isEmpty();
    }

    /**
     * Rule 3. Runs at the same time MUST NOT take one another's mount points away, and the last one removes them. If it
     * fails: are they counted? is a lock held while they are made and removed?
     */
    @Test
    default void rule03_overlappingRuns_shareMountPoints() throws Exception {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        SandboxCommand readOnly = with(Programs.echoInput(), SandboxFlags.ROOT_READ_ONLY);
        try (var process = sandbox.start(readOnly)) {
            for (int i = 0; i < 5; i++) {
                assertRunning(sandbox, with(exit(0), SandboxFlags.ROOT_READ_ONLY))
                        .succeeded();
            }
            assertRunning(
                            sandbox,
                            with(sh("[ -c /dev/null ] && [ -d /proc/self ] && > /tmp/x"), SandboxFlags.ROOT_READ_ONLY))
                    .succeeded();
            process.stdin().close();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
        assertThat(root.changes()).isEmpty();
    }

    private static SandboxCommand with(SandboxCommand command, SandboxFlags... flags) {
        return command.toBuilder().flags(flags).build();
    }
}
