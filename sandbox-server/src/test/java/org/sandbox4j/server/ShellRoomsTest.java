package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxSetupException;

class ShellRoomsTest {
    private static final int MOST_IDLE = 2;

    @TempDir
    private Path parent;

    private final List<FakeSandbox> opened = new ArrayList<>();
    private RunDirectories directories;
    private long now;
    private boolean failing;
    private ShellRooms rooms;

    @BeforeEach
    void open() throws IOException {
        directories = new RunDirectories(parent.resolve("runs"));
        rooms = new ShellRooms(this::make, MOST_IDLE, () -> now);
    }

    private ShellRoom make() throws IOException {
        if (failing) {
            throw new SandboxSetupException("no sandbox");
        }
        Path directory = directories.make();
        Files.createDirectories(directory.resolve("root/home"));
        FakeSandbox sandbox = new FakeSandbox(directory);
        opened.add(sandbox);
        return new ShellRoom(directory, sandbox);
    }

    private long directories() throws IOException {
        try (Stream<Path> list = Files.list(parent.resolve("runs"))) {
            return list.count();
        }
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.map(directory::relativize).sorted().toList();
        }
    }

    private Path directory(int room) {
        return opened.get(room).getDirectory();
    }

    @Test
    void take_givesTheSameRoomAgain_withNothingOfTheRequestBefore() throws IOException {
        try (ShellPlace first = rooms.take()) {
            Unpacking.makeEmpty(first.home());
            Files.writeString(first.home().resolve("file"), "mine");
            Path closed = Files.createDirectory(directory(0).resolve("tmp/closed"));
            Files.createDirectory(closed.resolve("inner"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
            Files.createDirectory(first.home().resolveSibling("student.upload"));
        }
        assertThat(below(directory(0))).containsExactly(Path.of(""), Path.of("root"), Path.of("root/home"));
        try (ShellPlace second = rooms.take()) {
            assertThat(second.sandbox()).isSameAs(opened.get(0));
            assertThat(directory(0).resolve("tmp")).isEmptyDirectory();
        }
        assertThat(opened).hasSize(1);
    }

    @Test
    void take_atTheSameTime_givesDifferentRooms_ofWhichAFewAreKept() throws IOException {
        try (ShellPlace first = rooms.take();
                ShellPlace second = rooms.take();
                ShellPlace third = rooms.take()) {
            assertThat(List.of(first.home(), second.home(), third.home())).doesNotHaveDuplicates();
        }
        assertThat(opened).filteredOn(sandbox -> !sandbox.closed).hasSize(MOST_IDLE);
        assertThat(directories()).isEqualTo(MOST_IDLE);
    }

    @Test
    void room_thatIsOld_isReplaced() throws IOException {
        rooms.take().close();
        now += Duration.ofSeconds(61).toNanos();
        rooms.take().close();
        assertThat(opened).extracting(sandbox -> sandbox.closed).containsExactly(true, false);
        now += Duration.ofSeconds(61).toNanos();
        rooms.expire();
        assertThat(opened).allMatch(sandbox -> sandbox.closed);
        assertThat(directories()).isZero();
    }

    @Test
    void room_thatCannotBeCleaned_isNotUsedAgain() throws IOException {
        try (ShellPlace place = rooms.take()) {
            Files.delete(place.home().getParent());
        }
        assertThat(opened).singleElement().matches(sandbox -> sandbox.closed);
        assertThat(directories()).isZero();
    }

    @Test
    void room_thatCannotBeFurnished_isNotLost() throws IOException {
        rooms.take().close();
        Files.createFile(directory(0).resolve("tmp"));
        assertThatThrownBy(rooms::take).isInstanceOf(IOException.class);
        try (ShellPlace place = rooms.take()) {
            assertThat(place.sandbox()).isSameAs(opened.get(0));
        }
    }

    @Test
    void take_failing_canBeTriedAgain() throws IOException {
        failing = true;
        assertThatThrownBy(rooms::take).isInstanceOf(SandboxSetupException.class);
        failing = false;
        rooms.take().close();
        assertThat(opened).hasSize(1);
    }

    @Test
    void close_closesIdleRooms_andTheOthersWhenTheyAreGivenBack() throws IOException {
        ShellPlace used = rooms.take();
        rooms.take().close();
        rooms.close();
        assertThat(opened).extracting(sandbox -> sandbox.closed).containsExactly(false, true);
        used.close();
        assertThat(opened).allMatch(sandbox -> sandbox.closed);
        assertThat(directories()).isZero();
    }

    @Test
    void layout_makesWhatIsMissing() throws IOException {
        Path root = Files.createDirectories(parent.resolve("root/etc")).getParent();
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        RoomLayout layout = new RoomLayout(
                List.of(Path.of(""), Path.of("etc"), Path.of("usr"), Path.of("usr/bin"), Path.of("bin")),
                List.of(Path.of("etc/ld.so.cache")));
        layout.makeIn(root);
        layout.makeIn(root);
        assertThat(below(root))
                .containsExactly(
                        Path.of(""),
                        Path.of("bin"),
                        Path.of("etc"),
                        Path.of("etc/ld.so.cache"),
                        Path.of("usr"),
                        Path.of("usr/bin"));
    }
}
