package org.sandbox4j.protocol.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.spi.files.TreeRemoval;

class TreesTest {
    @TempDir
    private Path directory;

    @Test
    void tree_deepAndLocked_isDeletedAsAWhole() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        String name = "d".repeat(200);
        Path deep = tree;
        for (int i = 0; i < 15; i++) {
            deep = Files.createDirectory(deep.resolve(name));
        }
        Files.writeString(deep.resolve("f"), "");
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("---------"));
        Files.createSymbolicLink(tree.resolve("link"), directory);
        Path kept = Files.writeString(directory.resolve("kept"), "");
        TreeRemoval.remove(tree);
        assertThat(tree).doesNotExist();
        assertThat(kept).exists();
        TreeRemoval.remove(tree);
    }

    @Test
    void deletions_neverFollowLinks() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept"), "");
        Files.createSymbolicLink(tree.resolve("link"), outside);
        DeletionList.apply(List.of("link/kept"), tree);
        assertThat(kept).exists();
        DeletionList.apply(List.of("link"), tree);
        assertThat(kept).exists();
        assertThat(tree).isEmptyDirectory();
    }

    @Test
    void deletions_thatCouldLeadOut_areRefusedBeforeAnyIsApplied() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Path kept = Files.writeString(tree.resolve("kept"), "");
        for (String bad : List.of("../kept", "/kept", "a//b", "", ".", "a/..", "a\0b")) {
            assertThatThrownBy(() -> DeletionList.apply(List.of("kept", bad), tree))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(kept).exists();
    }

    @Test
    void lay_overFilesWithOtherNames_leavesThoseAsTheyAre() throws Exception {
        Path lower = Files.createDirectories(directory.resolve("lower/d")).getParent();
        Path outside = Files.writeString(directory.resolve("outside"), "old");
        Files.createLink(lower.resolve("d/file"), outside);
        Path upper = Files.createDirectories(directory.resolve("upper/d")).getParent();
        Files.writeString(upper.resolve("d/file"), "new");
        Files.setPosixFilePermissions(upper.resolve("d"), PosixFilePermissions.fromString("rwx------"));
        Trees.lay(upper, lower, true);
        assertThat(lower.resolve("d/file")).hasContent("new");
        assertThat(outside).hasContent("old");
        assertThat(Files.getPosixFilePermissions(lower.resolve("d")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void lay_overALinkToADirectory_replacesTheLink() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path lower = Files.createDirectory(directory.resolve("lower"));
        Files.createSymbolicLink(lower.resolve("d"), outside);
        Path upper = Files.createDirectories(directory.resolve("upper/d")).getParent();
        Files.writeString(upper.resolve("d/file"), "new");
        Trees.lay(upper, lower, true);
        assertThat(outside).isEmptyDirectory();
        assertThat(lower.resolve("d/file")).hasContent("new");
        assertThat(Files.isSymbolicLink(lower.resolve("d"))).isFalse();
    }
}
