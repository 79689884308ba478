package org.sandbox4j.protocol.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.spi.files.TreeRemoval;

class TreeSnapshotTest {
    @TempDir
    private Path tree;

    private TreeSnapshot before;

    @BeforeEach
    void stage() throws Exception {
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(tree.resolve("a/b/c/file"), "old");
        Files.writeString(tree.resolve("a/other"), "old");
        before = TreeSnapshot.of(tree);
        before.awaitNextTick();
    }

    @Test
    void untilNow_nothingDone_isEmpty() throws Exception {
        assertThat(before.untilNow().isEmpty()).isTrue();
    }

    @Test
    void untilNow_contentOfTheSameLengthAndTime_isSeen() throws Exception {
        Path file = tree.resolve("a/b/c/file");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "new");
        Files.setLastModifiedTime(file, time);
        TreeSnapshot.Difference difference = before.untilNow();
        assertThat(difference.changed()).containsExactly("a/b/c/file");
        assertThat(difference.changedWithParents()).containsExactlyInAnyOrder("a", "a/b", "a/b/c", "a/b/c/file");
        assertThat(difference.deleted()).isEmpty();
    }

    @Test
    void untilNow_deletedTree_isNamedOnce() throws Exception {
        TreeRemoval.remove(tree.resolve("a/b"));
        TreeSnapshot.Difference difference = before.untilNow();
        assertThat(difference.deleted()).containsExactly("a/b");
        assertThat(difference.changed()).containsExactly("a");
    }

    @Test
    void lookalikes_areFilesWhoseContentAloneMayHaveChanged() throws Exception {
        for (String name : List.of("same", "time", "mode", "size", "linked", "untouched")) {
            Files.writeString(tree.resolve(name), "old");
        }
        TreeSnapshot earlier = TreeSnapshot.of(tree);
        earlier.awaitNextTick();
        for (String name : List.of("same", "time", "mode", "size", "linked")) {
            FileTime time = Files.getLastModifiedTime(tree.resolve(name));
            Files.delete(tree.resolve(name));
            Files.writeString(tree.resolve(name), name.equals("size") ? "longer" : "new");
            Files.setLastModifiedTime(tree.resolve(name), name.equals("time") ? FileTime.fromMillis(0) : time);
        }
        Files.setPosixFilePermissions(tree.resolve("mode"), PosixFilePermissions.fromString("rwx------"));
        Files.createLink(tree.resolve("other name"), tree.resolve("linked"));
        TreeSnapshot now = TreeSnapshot.of(tree);
        assertThat(earlier.lookalikes(now)).containsExactly("same");
        assertThat(now.files())
                .containsExactlyInAnyOrder(
                        "a/b/c/file", "a/other", "same", "time", "mode", "size", "linked", "other name", "untouched");
    }

    @Test
    void withChanged_looksAtThesePathsAlone() throws Exception {
        TreeRemoval.remove(tree.resolve("a/b"));
        Files.writeString(tree.resolve("new"), "");
        Files.writeString(tree.resolve("a/other"), "new, too");
        TreeSnapshot after = before.withChanged(List.of("a/b", "a", "new"));
        assertThat(after.untilNow().changed()).containsExactly("a/other");
        assertThat(after.untilNow().deleted()).isEmpty();
    }

    @Test
    void withChanged_directoryThatBecameAFile_losesWhatWasInIt() throws Exception {
        TreeRemoval.remove(tree.resolve("a"));
        Files.writeString(tree.resolve("a"), "");
        assertThat(before.withChanged(List.of("a")).untilNow().isEmpty()).isTrue();
    }

    @Test
    void awaitNextTickOfTop_laterFilesGetALaterTime_andTheTopStaysAsItIs() throws Exception {
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x--x"));
        for (int round = 0; round < 20; round++) {
            Path before = Files.createFile(tree.resolve("before" + round));
            Object mode = Files.getAttribute(tree, "unix:mode");
            FileTime modified = Files.getLastModifiedTime(tree);
            TreeSnapshot.of(tree).awaitNextTickOfTop();
            assertThat(Files.getAttribute(tree, "unix:mode")).isEqualTo(mode);
            assertThat(Files.getLastModifiedTime(tree)).isEqualTo(modified);
            Path after = Files.createFile(tree.resolve("after" + round));
            assertThat((FileTime) Files.getAttribute(after, "unix:ctime"))
                    .isGreaterThan((FileTime) Files.getAttribute(before, "unix:ctime"));
        }
    }

    @Test
    void awaitNextTickOfTop_oldTree_touchesNothing() throws Exception {
        Files.createFile(tree.resolve("file"));
        TreeSnapshot snapshot = TreeSnapshot.of(tree);
        snapshot.awaitNextTick();
        Object changed = Files.getAttribute(tree, "unix:ctime");
        snapshot.awaitNextTickOfTop();
        assertThat(Files.getAttribute(tree, "unix:ctime")).isEqualTo(changed);
    }
}
