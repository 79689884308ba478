package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.SandboxSetupException;

class TakeOverTest {
    private static final FileTime THEN = FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_789));

    @TempDir
    private Path directory;

    private Path root;
    private Path scratch;
    private Path tree;

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
        scratch = Files.createDirectories(directory.resolve("scratch"));
        tree = Files.createDirectories(scratch.resolve("changes-1"));
        Files.createDirectories(root.resolve("d/gone"));
        Files.writeString(root.resolve("d/gone/f"), "");
        Files.writeString(root.resolve("d/f"), "before");
        Files.createDirectories(tree.resolve("d/new"));
        Files.writeString(tree.resolve("d/f"), "after");
        Files.writeString(tree.resolve("d/new/f"), "new");
        permit(tree.resolve("d/new"), "r-xr-x---");
        permit(tree.resolve("d"), "rwxr-x---");
        Files.setLastModifiedTime(tree.resolve("d/new"), THEN);
        Files.setLastModifiedTime(tree.resolve("d"), THEN);
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void assertTakenOver() throws IOException {
        assertThat(root.resolve("d/gone")).doesNotExist();
        assertThat(root.resolve("d/f")).hasContent("after");
        assertThat(root.resolve("d/new/f")).hasContent("new");
        for (String name : List.of("d", "d/new")) {
            assertThat(Files.getLastModifiedTime(root.resolve(name))).isEqualTo(THEN);
        }
        assertThat(permissions(root.resolve("d"))).isEqualTo("rwxr-x---");
        assertThat(permissions(root.resolve("d/new"))).isEqualTo("r-xr-x---");
        assertThat(TakeOver.isPending(scratch)).isFalse();
    }

    @Test
    void apply_deletesLaysAndKeepsAttributes() throws Exception {
        TakeOver.apply(root, scratch, tree, List.of("d/gone"));
        assertTakenOver();
    }

    @Test
    void apply_pathThatLeadsOut_changesNothing() {
        assertThatThrownBy(() -> TakeOver.apply(root, scratch, tree, List.of("d/gone", "../x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(root.resolve("d/gone")).exists();
        assertThat(TakeOver.isPending(scratch)).isFalse();
    }

    @Test
    void resume_nothingBegun_changesNothing() {
        TakeOver.resume(root, scratch);
        assertThat(root.resolve("d/f")).hasContent("before");
    }

    /** A file where a directory is to be read stands for whatever hinders the take-over, for root as well. */
    @Test
    void apply_hindered_isCompletedLater() throws Exception {
        Path hidden = Files.move(tree.resolve("d"), directory.resolve("d"));
        TakeOver.apply(root, scratch, tree, List.of());
        Files.move(hidden, tree.resolve("d"));
        Path journal = scratch.resolve("take-over-deleted");
        Files.createDirectories(journal.resolve("in the way"));

        assertThatThrownBy(() -> TakeOver.apply(root, scratch, tree, List.of("d/gone")))
                .isInstanceOf(IOException.class);
        assertThat(TakeOver.isPending(scratch)).isTrue();
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> TakeOver.resume(root, scratch))
                .withMessageContaining(scratch.toString());
        Files.delete(journal.resolve("in the way"));
        Files.delete(journal);
        TakeOver.resume(root, scratch);
        assertTakenOver();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "changes-1|1|../victim|rwxrwxrwx|1970-01-01T00:00:00Z|",
                "changes-1|1|link|rwxrwxrwx|1970-01-01T00:00:00Z|",
                "changes-1|1|link/inner|rwxrwxrwx|1970-01-01T00:00:00Z|",
                "changes-1|0|../victim|",
                "../victim|0|",
                "/etc|0|"
            })
    void resume_journalThatLeadsOut_changesNothingThere(String journal) throws Exception {
        Path victim = Files.createDirectories(directory.resolve("victim/inner")).getParent();
        permit(victim, "rwx------");
        permit(victim.resolve("inner"), "rwx------");
        Files.createSymbolicLink(root.resolve("link"), victim);
        for (String name : List.of("take-over", "take-over-deleted")) {
            Files.writeString(scratch.resolve(name), journal.replace('|', '\0'));

            assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> TakeOver.resume(root, scratch));
            assertThat(victim.resolve("inner")).isEmptyDirectory();
            assertThat(permissions(victim)).isEqualTo("rwx------");
            assertThat(permissions(victim.resolve("inner"))).isEqualTo("rwx------");
            Files.deleteIfExists(scratch.resolve("take-over"));
            Files.deleteIfExists(scratch.resolve("take-over-deleted"));
        }
    }

    @Test
    void resume_journalOfNoSense_isTold() throws Exception {
        Files.writeString(scratch.resolve("take-over"), "nonsense");
        assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> TakeOver.resume(root, scratch));
        assertThat(root.resolve("d/f")).hasContent("before");
    }
}
