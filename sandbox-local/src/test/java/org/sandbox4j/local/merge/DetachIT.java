package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are linked from outside are replaced by copies that cannot be told from them. */
@Tag("any-jdk")
class DetachIT {
    private static final int DEPTH = 600;
    private static final int KILLS = 10;
    private static final int LONGEST_MILLISECONDS = 20;

    @TempDir
    Path temporary;

    private NativeProgram program;
    private Path home;

    private void prepare(Caller caller) throws Exception {
        caller.require();
        Files.setAttribute(temporary, "unix:mode", 0755);
        program = NativeProgram.in(temporary);
        home = caller.directory(temporary.resolve("home"));
        shell(caller, "mkdir cache root; mkdir -m 700 scratch");
    }

    private void shell(Caller caller, String script) throws Exception {
        NativeProgram.Result.of(new ProcessBuilder(
                                caller.command(List.of("/bin/sh", "-ec", "cd \"$0\"; " + script, home.toString())))
                        .directory(home.toFile()))
                .requireSuccess();
    }

    private NativeProgram.Result detach(Caller caller) throws Exception {
        return program.run(
                caller,
                "detach",
                home.resolve("root").toString(),
                "w",
                home.resolve("scratch").toString());
    }

    private void assertDetached(Caller caller, int copied) throws Exception {
        List<String> cache = TreeSnapshot.exactly(home.resolve("cache"));
        List<String> tree = TreeSnapshot.exactly(home.resolve("root/w"));

        assertThat(detach(caller).output()).startsWith("sandbox-detach: copied " + copied + "\n");

        assertThat(TreeSnapshot.exactly(home.resolve("root/w"))).isEqualTo(tree);
        assertThat(TreeSnapshot.exactly(home.resolve("cache"))).isEqualTo(cache);
        try (var files = Files.walk(home.resolve("cache"))) {
            assertThat(files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)))
                    .allSatisfy(file ->
                            assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1));
        }
        assertThat(home.resolve("scratch")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void detach_directoryWithoutTheRightToWrite_staysSo(Caller caller) throws Exception {
        prepare(caller);
        shell(
                caller,
                "mkdir -p cache/ro/in; echo 1 > cache/ro/a; echo 2 > cache/ro/in/b; chmod 0 cache/ro/in/b; "
                        + "cp -al cache root/w; chmod 0111 root/w/ro/in; chmod 0555 root/w/ro");

        assertDetached(caller, 2);
    }

    @ParameterizedTest
    @EnumSource
    void detach_modesTimesHolesAndAttributes_stay(Caller caller) throws Exception {
        prepare(caller);
        shell(
                caller,
                "cd cache; echo 1 > a; chmod 6751 a; touch -d '2001-02-03 04:05:06.123456789' a; "
                        + "dd if=/dev/zero of=holes bs=1 count=1 seek=3000000 2>/dev/null; : > empty; ln -s a link; mkdir d; "
                        + "echo 1 > d/g; touch -d '2001-02-03 04:05:06.123456789' d; cd ..; cp -al cache root/w");
        set(home.resolve("cache/a"), "user.origin", new byte[] {1, 0, 2});

        assertDetached(caller, 4);

        assertThat((Long) blocks(home.resolve("root/w/holes"))).isLessThan(1000);
    }

    /** Its mask shows as the mode of the group; where the list is lost, that becomes the group's right. */
    @ParameterizedTest
    @EnumSource
    void detach_accessControlList_stays(Caller caller) throws Exception {
        prepare(caller);
        shell(caller, "echo 1 > cache/f; chmod 640 cache/f; cp -al cache root/w");
        set(home.resolve("cache/f"), "system.posix_acl_access", accessList(0));

        assertDetached(caller, 1);
    }

    @ParameterizedTest
    @EnumSource
    void detach_severalNamesInTheTree_stayLinked(Caller caller) throws Exception {
        prepare(caller);
        shell(
                caller,
                "echo 1 > cache/f; mkdir -p root/w/a/b; ln cache/f root/w/1; ln cache/f root/w/2; "
                        + "ln cache/f root/w/a/b/3; echo 2 > root/w/own; ln root/w/own root/w/a/own");

        assertDetached(caller, 1);

        assertThat(Files.getAttribute(home.resolve("root/w/a/b/3"), "unix:nlink"))
                .isEqualTo(3);
        assertThat(detach(caller).output()).startsWith("sandbox-detach: copied 0\n");
    }

    /** Longer than any path that a system call takes. */
    @ParameterizedTest
    @EnumSource
    void detach_pathBeyondTheLongest_isReached(Caller caller) throws Exception {
        prepare(caller);
        shell(
                caller,
                "echo 1 > cache/f; mkdir root/w; ln cache/f root/w/f; cd root/w; i=0; while [ $i -lt " + DEPTH
                        + " ]; do mkdir directory; mv f directory; cd -P directory; i=$((i + 1)); done");

        assertThat(detach(caller)).isEqualTo(new NativeProgram.Result(0, "sandbox-detach: copied 1\n"));

        assertThat(Files.getAttribute(home.resolve("cache/f"), "unix:nlink")).isEqualTo(1);
        program.run(caller, "discard", home.resolve("root/w").toString());
    }

    /** Another user's file that may be read and not written; nobody but its owner could have linked it. */
    @ParameterizedTest
    @EnumSource(names = "USER")
    void detach_fileThatNobodyInsideCanChange_isLeftAlone(Caller caller) throws Exception {
        prepare(caller);
        if (!Caller.testsRunAsRoot()) {
            return;
        }
        shell(caller, "mkdir root/w");
        Path cached = Files.writeString(temporary.resolve("of root"), "content");
        Files.setAttribute(cached, "unix:mode", 0444);
        Files.createLink(home.resolve("root/w/name"), cached);

        assertThat(detach(caller)).isEqualTo(new NativeProgram.Result(0, "sandbox-detach: copied 0\n"));

        assertThat(Files.isSameFile(cached, home.resolve("root/w/name"))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void detach_killedAtAnyMoment_leavesATreeThatReadsTheSame(Caller caller) throws Exception {
        prepare(caller);
        shell(caller, "i=0; while [ $i -lt 300 ]; do echo $i > cache/$i; i=$((i + 1)); done; cp -al cache root/w");
        List<String> contents = contents();
        Random random = new Random(42);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = program.command(
                            caller,
                            "detach",
                            home.resolve("root").toString(),
                            "w",
                            home.resolve("scratch").toString())
                    .start();
            process.waitFor(random.nextInt(LONGEST_MILLISECONDS), TimeUnit.MILLISECONDS);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            assertThat(contents()).isEqualTo(contents);
        }

        assertThat(detach(caller).exitCode()).isZero();

        assertThat(contents()).isEqualTo(contents);
        assertThat(home.resolve("scratch")).isEmptyDirectory();
    }

    private List<String> contents() throws IOException {
        try (var files = Files.list(home.resolve("root/w"))) {
            return files.sorted().map(DetachIT::content).toList();
        }
    }

    private static String content(Path file) {
        try {
            return file.getFileName() + " " + Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Object blocks(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.valueOf(
                new String(stat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).strip());
    }

    private static void set(Path file, String name, byte[] value) {
        Memory memory = new Memory(value.length);
        memory.write(0, value, 0, value.length);
        int result = Function.getFunction("c", "setxattr")
                .invokeInt(new Object[] {file.toString(), name, memory, (long) value.length, 0});
        assertThat(result).as("setxattr %s", name).isZero();
    }

    /** The owner may read and write, a named user all, the group nothing; the mask all: linux/posix_acl_xattr.h. */
    private static byte[] accessList(int user) {
        ByteBuffer list =
                ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        int[][] entries = {{0x01, 6, -1}, {0x02, 7, user}, {0x04, 0, -1}, {0x10, 7, -1}, {0x20, 0, -1}};
        for (int[] entry : entries) {
            list.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return list.array();
    }
}
