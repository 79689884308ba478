package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a transaction says that its parts and operations are, nothing outside of the root is changed. */
@Tag("any-jdk")
class MergeConfinementIT {
    private static final long MAGIC = 0x325245474d4a3453L;
    private static final byte GO = 1;
    private static final byte REMOVE = 8;
    private static final int UNFINISHED = 125;

    @TempDir
    Path directory;

    private NativeProgram program;
    private Path victim;

    @BeforeEach
    void makeReachable() throws Exception {
        Files.setAttribute(directory, "unix:mode", 0755);
        program = NativeProgram.in(directory);
        victim = directory.resolve("run/victim");
    }

    private OverlayRun changed(Caller caller) throws Exception {
        caller.require();
        OverlayRun run = OverlayRun.prepare(
                program,
                caller,
                directory.resolve("run"),
                "mkdir d ../victim; echo kept >d/file; echo kept >../victim/file; ln -s .. link");
        run.runInOverlay("rm d/file; rm link; echo bad >file");
        return run;
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s/run/victim", "../victim", "link/victim", "d/../../victim"})
    void merge_partOutsideOfTheRoot_changesNothing(String form) throws Exception {
        OverlayRun run = changed(Caller.ROOT);
        announce(run, String.format(form, directory));

        NativeProgram.Result result = run.call("merge");

        assertThat(victim.resolve("file")).hasContent("kept");
        assertThat(run.tree().resolve("d/file")).hasContent("kept");
        assertThat(result.exitCode()).isEqualTo(UNFINISHED);
        assertThat(result.output()).startsWith("sandbox-merge: open ");
    }

    @ParameterizedTest
    @EnumSource
    void merge_rootIsALink_changesNothing(Caller caller) throws Exception {
        OverlayRun run = changed(caller);
        run.shell(run.directory(), "mv tree elsewhere && ln -s elsewhere tree");

        NativeProgram.Result result = run.call("merge");

        assertThat(run.directory().resolve("elsewhere/d/file")).hasContent("kept");
        assertThat(result.exitCode()).isEqualTo(UNFINISHED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../victim/file", "d/file", "..", ""})
    void recover_operationOnAnythingButAnEntry_changesNothing(String name) throws Exception {
        OverlayRun run = changed(Caller.ROOT);
        Files.write(run.transaction().resolve("journal"), removal(name));

        NativeProgram.Result result = run.call("recover");

        assertThat(victim.resolve("file")).hasContent("kept");
        assertThat(run.tree().resolve("d/file")).hasContent("kept");
        assertThat(result.exitCode()).isEqualTo(UNFINISHED);
        assertThat(result.output()).startsWith("sandbox-merge: journal 22 ");
    }

    private void announce(OverlayRun run, String lower) throws IOException {
        String words = lower + "\0" + Files.getAttribute(victim, "unix:dev") + "\0"
                + Files.getAttribute(victim, "unix:ino") + "\0";
        Files.writeString(run.transaction().resolve("parts"), words);
    }

    private static byte[] removal(String name) {
        ByteArrayOutputStream operations = new ByteArrayOutputStream();
        operations.write(GO);
        operations.writeBytes(new byte[2 * Integer.BYTES]);
        operations.write(REMOVE);
        operations.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        ByteBuffer journal = ByteBuffer.allocate(4 * Long.BYTES + operations.size())
                .order(ByteOrder.nativeOrder())
                .putLong(MAGIC)
                .putLong(operations.size())
                .putLong(2)
                .putLong(0)
                .put(operations.toByteArray());
        return journal.array();
    }
}
