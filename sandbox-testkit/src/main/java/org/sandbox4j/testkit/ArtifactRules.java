package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxFlags;

/** Rules 32 and 33: what is hard-linked from outside stays as it is, whatever a command does to its own name of it. */
interface ArtifactRules extends Rules {
    /** In a marked directory of a read-only root, or anywhere in a writable one. */
    String PLACE = "/usr/share/artifacts";

    String CONTENT = "of the cache";

    /**
     * A way to change a file.
     *
     * @param script does it to {@code $1}
     * @param content what the file then holds, in the sandbox alone
     */
    record Way(String script, String content) {}

    List<Way> WAYS = List.of(
            new Way("echo x > $1", "x\n"),
            new Way("echo x >> $1", CONTENT + "x\n"),
            new Way(": > $1", ""),
            new Way("truncate -s 2 $1", "of"),
            new Way("echo x | dd of=$1 conv=notrunc 2>/dev/null", "x\n the cache"),
            new Way("exec 3<>$1; echo x >&3", "x\n the cache"),
            new Way("exec 3<$1; echo x > /proc/self/fd/3", "x\n"),
            new Way("sed -i s/of/in/ $1", "in the cache"),
            new Way("chmod 600 $1", CONTENT),
            new Way("chown 1:1 $1; :", CONTENT),
            new Way("touch $1", CONTENT),
            new Way("touch -t 200101010000 $1", CONTENT),
            new Way("echo x > $1.new; mv $1.new $1", "x\n"),
            new Way("mv $1 $1.moved; echo x >> $1.moved; mv $1.moved $1", CONTENT + "x\n"),
            new Way("ln $1 $1.link; echo x >> $1.link; chmod 700 $1.link", CONTENT + "x\n"),
            new Way("ln -s $1 $1.symlink; echo x >> $1.symlink", CONTENT + "x\n"),
            new Way("rm $1; mkdir $1; rmdir $1; echo x > $1", "x\n"));

    /** More of them, by calls that busybox does not make. */
    private List<Way> waysByCalls() {
        staged().file("/from", "mapped");
        call("/bin/truncating", SystemCalls.program().then(SystemCalls.Call.TRUNCATE, PLACE + "/truncating", 2));
        call(
                "/bin/mapping",
                SystemCalls.program()
                        .then(SystemCalls.Call.OPEN, PLACE + "/mapping", 2)
                        .then(SystemCalls.Call.MMAP, 0, 4096, 3, 1, SystemCalls.result(0), 0)
                        .then(SystemCalls.Call.OPEN, "/from", 0)
                        .then(SystemCalls.Call.READ, SystemCalls.result(2), SystemCalls.result(1), 6));
        call(
                "/bin/allocating",
                SystemCalls.program()
                        .then(SystemCalls.Call.OPEN, PLACE + "/allocating", 2)
                        .then(SystemCalls.Call.FALLOCATE, SystemCalls.result(0), 0, 0, 14));
        call(
                "/bin/attributing",
                SystemCalls.program().then(SystemCalls.Call.SETXATTR, PLACE + "/attributing", "user.kit", "x", 1, 0));
        return List.of(
                new Way("truncating", "of"),
                new Way("mapping", "mapped cache"),
                new Way("allocating", CONTENT + "\0\0"),
                new Way("attributing", CONTENT));
    }

    /**
     * Rule 32. No way to change a file in an artifact directory MUST reach the cache: neither content nor mode, owner,
     * times and extended attributes. If it fails: which kind of change is not diverted?
     */
    @Test
    default void rule32_everyWayToChange_leavesTheCacheAlone() throws IOException, InterruptedException {
        assertCacheIsLeftAlone(SandboxFlags.ROOT_READ_ONLY);
    }

    /**
     * Rule 33. The same MUST hold for a root that is not read-only. If it fails: is more than the marks protected?
     */
    @Test
    default void rule33_everyWayToChange_leavesTheCacheAlone() throws IOException, InterruptedException {
        assertCacheIsLeftAlone();
    }

    private void assertCacheIsLeftAlone(SandboxFlags... flags) throws IOException, InterruptedException {
        List<Way> byCalls = waysByCalls();
        for (int i = 0; i < WAYS.size(); i++) {
            cache("way" + i);
        }
        for (Way way : byCalls) {
            cache(way.script());
        }
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.ARTIFACTS);
        if (flags.length > 0) {
            sandbox.markDirectory(PLACE, true);
        }
        TreeSnapshot outside = TreeSnapshot.of(staged().outside());
        for (int i = 0; i < WAYS.size(); i++) {
            assertChanges(sandbox, WAYS.get(i).script(), "way" + i, WAYS.get(i).content(), outside, flags);
        }
        for (Way way : byCalls) {
            assertChanges(sandbox, "exec " + way.script(), way.script(), way.content(), outside, flags);
        }
    }

    private void assertChanges(
            Sandbox sandbox, String script, String name, String content, TreeSnapshot outside, SandboxFlags... flags)
            throws InterruptedException {
        assertRunning(
                        sandbox,
                        sh(script, PLACE + "/" + name).toBuilder().flags(flags).build())
                .succeeded();
        assertThat(outside.changes()).as("the cache after: %s", script).isEmpty();
        assertThat(staged().root(PLACE + "/" + name))
                .as("the sandbox's own after: %s", script)
                .content()
                .isEqualTo(content);
    }

    private void cache(String name) throws IOException {
        Path cached = Files.writeString(staged().outside().resolve(name), CONTENT);
        Files.getFileAttributeView(cached, UserDefinedFileAttributeView.class)
                .write("kit", ByteBuffer.wrap("cached".getBytes(StandardCharsets.US_ASCII)));
        Files.setLastModifiedTime(cached, FileTime.fromMillis(1_000_000_000));
        staged().directory(PLACE);
        Files.createLink(staged().root(PLACE + "/" + name), cached);
    }

    private void call(String path, SystemCalls program) {
        program.stageAt(staged().root(path));
    }
}
