package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;

/** Rule 61: transactions. */
interface TransactionRules extends Rules {
    /** Whether the root can be written, or the marked directories alone. */
    List<List<SandboxFlags>> PLACES = List.of(List.of(), List.of(SandboxFlags.ROOT_READ_ONLY));

    /** Changes a tree in every way. */
    String CHANGES = "for d in /plain /artifact; do cd $d; echo x >> file; chmod 600 kept; rm gone; mv dir moved;"
            + " echo y > moved/inner; mkdir dir; ln -s file link; ln file hard; rm -r replaced; echo z > replaced;"
            + " touch -t 200101010000 kept; chmod 700 .; done; ";

    /**
     * Rule 61. A command that fails MUST leave the root as it was, by whatever it ends. If it fails: are changes of marked
     * directories thrown away as well? does a signal or a timeout count as success?
     */
    @Test
    default void rule61_failingCommand_leavesTheRoot() throws InterruptedException {
        Sandbox sandbox = openWithTrees();
        Duration limit = Duration.ofMillis(300);
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        for (List<SandboxFlags> flags : PLACES) {
            assertRunning(sandbox, transaction(CHANGES + "exit 7", flags)).exitedWith(7);
            assertThat(root.changes()).as("after exit 7 with %s", flags).isEmpty();
            assertRunning(sandbox, transaction(CHANGES + "kill -9 $$", flags)).wasKilledBy(9);
            assertThat(root.changes()).as("after SIGKILL with %s", flags).isEmpty();
            SandboxCommand slow = transaction(CHANGES + "while :; do usleep 10000; done", flags);
            assertRunning(sandbox, slow.toBuilder().timeout(limit).build()).timedOutAfter(limit);
            assertThat(root.changes()).as("after a timeout with %s", flags).isEmpty();
        }
    }

    /**
     * Rule 61. So MUST one that is killed while it runs. If it fails: are the changes of a started command diverted?
     */
    @Test
    default void rule61_killedCommand_leavesTheRoot() throws Exception {
        Sandbox sandbox = openWithTrees();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        SandboxCommand endless = transaction(CHANGES + "echo up; while :; do usleep 10000; done", List.of());
        try (SandboxProcess process = sandbox.start(endless)) {
            assertThat(process.stdout().readNBytes(3)).asString().isEqualTo("up\n");
            process.kill();
            SandboxAssertions.assertThat(process.waitFor()).wasKilledBy(9);
        }
        assertThat(root.changes()).isEmpty();
    }

    /**
     * Rule 61. What a command that exits with 0 has changed MUST be there, as without a transaction. If it fails: what ends
     * the transaction, and does the end of the run wait for it?
     */
    @Test
    default void rule61_succeedingCommand_keepsItsChanges() throws InterruptedException {
        for (List<SandboxFlags> flags : PLACES) {
            try (StagedRoot other = staged().another()) {
                Sandbox sandbox = openWithTrees(other);
                assertRunning(sandbox, transaction(CHANGES + "exit 0", flags)).succeeded();
                for (String place : List.of("/plain", "/artifact")) {
                    assertThat(other.root(place + "/file")).hasContent("contentx\n");
                    assertThat(other.root(place + "/hard")).hasContent("contentx\n");
                    assertThat(other.root(place + "/gone")).doesNotExist();
                    assertThat(other.root(place + "/moved/inner")).hasContent("y\n");
                    assertThat(other.root(place + "/dir")).isEmptyDirectory();
                    assertThat(other.root(place + "/link")).isSymbolicLink();
                    assertThat(other.root(place + "/replaced")).hasContent("z\n");
                    TreeSnapshot tree = TreeSnapshot.of(other.root(place));
                    assertThat(tree.describe("/kept")).startsWith("mode 100600").contains("modified 2001-01-01");
                    assertThat(tree.describe("/")).startsWith("mode 040700");
                }
            }
        }
    }

    /**
     * Rule 61. In a batch each command MUST be a transaction of its own. If it fails: are the changes of the whole batch
     * diverted together?
     */
    @Test
    default void rule61_batch_leavesOutTheFailingCommandAlone() throws InterruptedException {
        Sandbox sandbox = openWithTrees();
        List<SandboxResult> results = sandbox.execute(List.of(
                transaction("echo 1 >> /plain/file; echo 1 >> /order", List.of()),
                transaction("echo 2 >> /plain/file; cat /order; echo 2 >> /order; exit 2", List.of()).toBuilder()
                        .mayFail(true)
                        .build(),
                sh("echo 3 >> /plain/file; cat /order; exit 3"),
                transaction("echo 4 >> /plain/file", List.of())));
        assertThat(results).extracting(SandboxResult::exitCode).containsExactly(0, 2, 3);
        assertThat(results).extracting(result -> result.stdout().text()).containsExactly("", "1\n", "1\n");
        assertThat(staged().root("/plain/file")).hasContent("content1\n3\n");
        assertThat(staged().root("/order")).hasContent("1\n");
    }

    private Sandbox openWithTrees() throws InterruptedException {
        return openWithTrees(staged());
    }

    private static Sandbox openWithTrees(StagedRoot staged) throws InterruptedException {
        for (String place : List.of("/plain", "/artifact")) {
            staged.file(place + "/file", "content")
                    .file(place + "/kept", "kept")
                    .file(place + "/gone", "gone")
                    .file(place + "/dir/inner", "inner")
                    .directory(place + "/replaced/by/a/file");
        }
        Sandbox sandbox = staged.open();
        sandbox.markDirectory("/plain");
        sandbox.markDirectory("/artifact", true);
        try {
            assertRunning(sandbox, transaction("exit 0", List.of())).succeeded();
        } catch (SandboxUnsupportedException e) {
            Assumptions.abort("Skipped: transactions are refused here: " + e.getMessage());
        }
        return sandbox;
    }

    private static SandboxCommand transaction(String script, List<SandboxFlags> flags) {
        return sh(script).toBuilder()
                .flags(flags.toArray(new SandboxFlags[0]))
                .rollbackOnFailure()
                .build();
    }
}
