package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.echoInput;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.Stdio;

/** Rule 70: what a command writes arrives as it is. */
interface StreamRules extends Rules {
    /**
     * Rule 70. All 256 values of a byte MUST come through unchanged, in and out. If it fails: is there a Reader, a
     * Writer or a terminal on the way?
     */
    @Test
    default void rule70_everyByte_comesThrough() throws Exception {
        byte[] bytes = new byte[256 * 256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + i / 256);
        }
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, with(echoInput(), Stdio.bytes(bytes)))
                .succeeded()
                .wroteBytes(bytes);
        Path input = Files.write(staged().outside().resolve("input"), bytes);
        Path output = staged().outside().resolve("output");
        SandboxCommand files = with(echoInput(), Stdio.file(input)).toBuilder()
                .stdout(Stdio.file(output))
                .build();
        assertRunning(sandbox, files).succeeded().wrote("");
        assertThat(output).hasBinaryContent(bytes);
        assertRunning(sandbox, files.toBuilder().stdout(Stdio.append(output)).build())
                .succeeded();
        assertThat(output).hasSize(2L * bytes.length);
        staged().assume(Capability.LIVE_INPUT);
        try (SandboxProcess process = sandbox.start(echoInput())) {
            process.stdin().write(bytes, 0, 4096);
            process.stdin().flush();
            assertThat(process.stdout().readNBytes(4096)).isEqualTo(Arrays.copyOf(bytes, 4096));
            process.stdin().close();
            assertThat(process.stdout().readAllBytes()).isEmpty();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
    }

    /**
     * Rule 70. The two streams MUST stay apart, each complete and in order, also when both are large. If it fails: are
     * they swapped, or read one after the other?
     */
    @Test
    default void rule70_bothStreams_areCompleteAndApart() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("echo out; echo err >&2"))
                .succeeded()
                .wrote("out\n")
                .wroteToStderr("err\n");
        int lines = 200_000;
        String script = "yes out | head -n " + lines + " & yes err | head -n " + lines + " >&2; wait; echo end";
        assertRunning(sandbox, sh(script))
                .succeeded()
                .wrote("out\n".repeat(lines) + "end\n")
                .wroteToStderr("err\n".repeat(lines));
    }

    /**
     * Rule 70. What was written before a death by signal MUST arrive, to the last byte. If it fails: are the readers
     * stopped when the command ends, instead of at the end of the stream?
     */
    @Test
    default void rule70_outputBeforeASuddenDeath_isComplete() throws InterruptedException {
        Sandbox sandbox = staged().open();
        int size = 60_000;
        for (int i = 0; i < 10; i++) {
            SandboxCommand command =
                    sh("head -c " + size + " /dev/zero; head -c " + size + " /dev/zero >&2; kill -9 $$");
            assertRunning(sandbox, command).wasKilledBy(9).satisfies(result -> {
                assertThat(result.stdout().totalBytes()).isEqualTo(size);
                assertThat(result.stderr().totalBytes()).isEqualTo(size);
            });
        }
    }

    /**
     * Rule 70. One line of 64 MiB MUST arrive. If it fails: is output collected line by line?
     */
    @Test
    default void rule70_oneLongLine_arrives() throws InterruptedException {
        Sandbox sandbox = staged().open();
        PatternSink sink = new PatternSink("x".getBytes(StandardCharsets.US_ASCII));
        SandboxCommand command = sh("head -c 67108864 /dev/zero | tr '\\0' x").toBuilder()
                .stdout(Stdio.to(sink))
                .build();
        assertRunning(sandbox, command).succeeded();
        sink.assertComplete(64L << 20);
    }

    /**
     * Rule 70. 1 GiB MUST arrive unchanged in a JVM with 96 MiB of memory. If it fails: is output kept that goes to a
     * stream or file of the caller's?
     */
    @Test
    default void rule70_oneGibibyte_arrivesInALittleMemory() throws InterruptedException {
        ChildJvm jvm = staged().start(ChildJvm.Launch.of(CountOutput.class, staged().directory())
                .withOptions("-Xmx96m", "-XX:TieredStopAtLevel=4"));
        assertThat(jvm.waitFor())
                .as("exit code of a JVM that wrote %s", jvm.output())
                .isZero();
        assertThat(jvm.output()).contains("complete: " + CountOutput.TOTAL);
    }

    /**
     * Rule 70. The same target for both streams MUST make one stream, in the order of the writes. If it fails: are
     * there two pipes behind it?
     */
    @Test
    default void rule70_sameTarget_makesOneStream() throws InterruptedException {
        Sandbox sandbox = staged().open();
        String script = "i=0; while [ $i -lt 500 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done";
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            expected.append('o').append(i).append("\ne").append(i).append('\n');
        }
        Stdio capture = Stdio.capture(1 << 20);
        SandboxCommand captured =
                sh(script).toBuilder().stdout(capture).stderr(capture).build();
        assertRunning(sandbox, captured).succeeded().wrote(expected.toString()).wroteToStderr("");
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        SandboxCommand streamed = sh(script).toBuilder()
                .stdout(Stdio.to(stream))
                .stderr(Stdio.to(stream))
                .build();
        assertRunning(sandbox, streamed).succeeded();
        assertThat(stream).asString().isEqualTo(expected.toString());
    }

    /**
     * Rule 70. {@code run} MUST write to {@code System.out} and {@code System.err} as they are set at that time. If it
     * fails: are the JVM's descriptors handed on?
     */
    @Test
    default void rule70_run_writesToSystemOutAsItIsSet() throws InterruptedException {
        Sandbox sandbox = staged().open();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        try {
            System.setOut(new PrintStream(out, false, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, false, StandardCharsets.UTF_8));
            assertThat(sandbox.run(sh("printf 'out \\303\\244'; echo err >&2").arguments()))
                    .isZero();
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out \u00e4");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    }

    /**
     * Rule 70. A target that fails MUST end in a result or an exception of the library's, with nothing alive, and not
     * hang. If it fails: does a reader that has died leave the command writing to a full pipe?
     */
    @Test
    default void rule70_targetThatFails_doesNotHang() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };
        SandboxCommand command = sh("sleep " + marker + " & yes | head -c 10000000; exit 0").toBuilder()
                .stdout(Stdio.to(broken))
                .build();
        try {
            sandbox.execute(command);
        } catch (SandboxException e) {
            assertThat(e).rootCause().hasMessage("disk full");
        }
        marker.assertGone();
    }

    private static SandboxCommand with(SandboxCommand command, Stdio stdin) {
        return command.toBuilder().stdin(stdin).build();
    }
}
