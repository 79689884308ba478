package org.sandbox4j.spi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxSetupException;

@EnabledOnOs(OS.LINUX)
class OwnedDirectoryTest {
    private static final int SOMEBODY = 54_321;

    @TempDir
    Path base;

    private OwnedDirectory open() throws IOException {
        return OwnedDirectory.open(base.resolve("scratch"), "test");
    }

    private void assertRefused(String why) {
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(this::open)
                .withMessageContaining(base.toString())
                .withMessageContaining(why)
                .withMessageContaining("left as it is")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void open_nothingThere_makesWhatOnlyItsOwnerCanEnter() throws Exception {
        OwnedDirectory directory = open();

        assertThat(directory.isNew()).isTrue();
        assertThat(mode(directory.path())).isEqualTo("rwx------");
        assertThat(mode(directory.makeDirectory("inner"))).isEqualTo("rwx------");
    }

    @Test
    void open_whatWasLeft_isTakenOver() throws Exception {
        Files.writeString(open().path().resolve("journal"), "left");
        Files.setPosixFilePermissions(base.resolve("scratch"), PosixFilePermissions.fromString("rwxrwxrwx"));

        OwnedDirectory again = open();

        assertThat(again.isNew()).isFalse();
        assertThat(again.path().resolve("journal")).hasContent("left");
        assertThat(mode(again.path())).isEqualTo("rwx------");
        again.remove();
        assertThat(again.path()).doesNotExist();
    }

    @Test
    void open_renamedWithWhatIsAround_isTakenOver() throws Exception {
        Path before = Files.createDirectory(base.resolve("before"));
        OwnedDirectory.open(before.resolve("scratch"), "test");
        Path after = Files.move(before, base.resolve("after"));

        assertThat(OwnedDirectory.open(after.resolve("scratch"), "test").isNew())
                .isFalse();
    }

    @Test
    void open_somebodysDirectory_isRefusedAndStays() throws Exception {
        Path mine = Files.createDirectory(base.resolve("scratch"));
        Files.writeString(mine.resolve("precious"), "mine");

        assertRefused("was not made here by this user's Sandbox4j");
        assertThat(mine.resolve("precious")).hasContent("mine");
    }

    @Test
    void open_copy_isRefused() throws Exception {
        Files.writeString(open().path().resolve("journal"), "left");
        call("cp", "-a", "scratch", "copy");
        call("rm", "-r", "scratch");
        call("mv", "copy", "scratch");

        assertRefused("was not made here");
        assertThat(base.resolve("scratch/journal")).hasContent("left");
    }

    @Test
    void open_fromAnArchive_isRefusedAlsoWithTheSameInode() throws Exception {
        Files.writeString(open().path().resolve("journal"), "left");
        call("tar", "--xattrs", "-cf", "archive.tar", "scratch");
        call("rm", "-r", "scratch");
        call("tar", "--xattrs", "-xf", "archive.tar");

        assertRefused("was not made here");
        assertThat(base.resolve("scratch/journal")).hasContent("left");
    }

    @Test
    void open_contentOfAnArchiveInADirectoryOfOurs_isRefused() throws Exception {
        OwnedDirectory ours = open();
        call("tar", "-cf", "archive.tar", "scratch");
        for (String name : OwnershipRecord.NAMES) {
            Files.deleteIfExists(ours.path().resolve(name));
        }
        call("tar", "-xf", "archive.tar");

        // The marker may have its number again, but not the time of its last change.
        assertRefused("was not made here");
    }

    @Test
    void open_madeForAnotherPurpose_isRefused() throws Exception {
        OwnedDirectory.open(base.resolve("scratch"), "other");

        assertRefused("was not made here");
    }

    @Test
    void open_link_isRefusedAndNotFollowed() throws Exception {
        OwnedDirectory.open(base.resolve("elsewhere"), "test");
        Files.createSymbolicLink(base.resolve("scratch"), Path.of("elsewhere"));

        assertRefused("not a directory but a link");
    }

    @Test
    void open_emptyAndPrivate_isTakenAndStays() throws Exception {
        Files.createDirectory(
                base.resolve("scratch"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        OwnedDirectory directory = open();
        Files.writeString(directory.path().resolve("journal"), "x");
        directory.remove();

        assertThat(directory.path()).isEmptyDirectory();
    }

    @Test
    void open_emptyButOpenToOthers_isRefused() throws Exception {
        Files.createDirectory(base.resolve("scratch"));
        Files.setPosixFilePermissions(base.resolve("scratch"), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertRefused("was not made here");
        assertThat(mode(base.resolve("scratch"))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void open_killedWhileItWasMade_isTakenOver() throws Exception {
        OwnedDirectory killed = open();
        Files.delete(killed.path().resolve(".sandbox4j-record"));

        OwnedDirectory directory = open();
        directory.remove();

        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void remove_replacedMeanwhile_leavesWhatIsThere() throws Exception {
        OwnedDirectory directory = open();
        Files.move(directory.path(), base.resolve("moved"));
        Files.writeString(Files.createDirectory(directory.path()).resolve("precious"), "mine");

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(directory::remove)
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
        assertThat(directory.path().resolve("precious")).hasContent("mine");
    }

    @Test
    void remove_twice_isNoOp() throws Exception {
        OwnedDirectory directory = open();
        directory.remove();
        directory.remove();

        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void open_directoryOfAnotherUser_isRefused() throws Exception {
        assumeTrue(CurrentUser.uid() == 0, "only root gives files away");
        Files.setAttribute(
                Files.createDirectory(base.resolve("scratch")), "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);

        assertRefused("another user (uid " + SOMEBODY + ")");
    }

    @Test
    void open_belowADirectoryThatAnotherMadeFirst_isRefused() throws Exception {
        assumeTrue(CurrentUser.uid() == 0, "only root gives files away");
        Path shared = Files.createDirectory(base.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path first = Files.createDirectory(shared.resolve("name"));
        Path below = Files.createDirectory(first.resolve("below"));
        Files.setAttribute(first, "unix:uid", SOMEBODY);

        for (Path place : List.of(first, below)) {
            assertThatExceptionOfType(SandboxSetupException.class)
                    .isThrownBy(() -> OwnedDirectory.open(place.resolve("scratch"), "test"))
                    .withMessageContaining(first.toString())
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
            assertThat(place.resolve("scratch")).doesNotExist();
        }
        assertThat(OwnedDirectory.open(shared.resolve("scratch"), "test").isNew())
                .isTrue();
    }

    @Test
    void open_whereEverybodyMayExchangeIt_isRefused() throws Exception {
        Path everybodys = Files.createDirectory(base.resolve("everybodys"));
        Files.setAttribute(everybodys, "unix:mode", 0777);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> OwnedDirectory.open(everybodys.resolve("scratch"), "test"))
                .withMessageContaining("everybody may write there")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
    }

    private void call(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).directory(base.toFile()).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }
}
