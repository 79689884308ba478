package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.echoInput;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;

/** Rule 73: standard input that is closed, huge, never read, or broken. */
interface StdinRules extends Rules {
    /** Far more than a pipe holds. */
    int HUGE = 64 << 20;

    /**
     * Rule 73. A huge input MUST be read to its end. If it fails: is it written before the output is read?
     */
    @Test
    default void rule73_hugeInput_isReadToItsEnd() throws InterruptedException {
        staged().assume(Capability.LIVE_INPUT);
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, with(sh("wc -c"), Stdio.from(new Zeros(HUGE))))
                .succeeded()
                .wrote(HUGE + "\n");
        PatternSink sink = new PatternSink(new byte[1]);
        SandboxCommand echo = with(echoInput(), Stdio.from(new Zeros(HUGE))).toBuilder()
                .stdout(Stdio.to(sink))
                .build();
        assertRunning(sandbox, echo).succeeded();
        sink.assertComplete(HUGE);
    }

    /**
     * Rule 73. Input that is never read, or in part, MUST do no harm. If it fails: does a broken pipe become an
     * exception? is the writer waited for?
     */
    @Test
    default void rule73_inputThatIsNotRead_doesNoHarm() throws InterruptedException {
        Sandbox sandbox = staged().open();
        for (int i = 0; i < 10; i++) {
            assertRunning(sandbox, with(exit(i), Stdio.bytes(new byte[1 << 20])))
                    .exitedWith(i);
        }
        staged().assume(Capability.LIVE_INPUT);
        assertRunning(sandbox, with(exit(4), Stdio.from(new Zeros(HUGE)))).exitedWith(4);
        assertRunning(sandbox, with(sh("head -c 3 | wc -c"), Stdio.from(new Zeros(HUGE))))
                .succeeded()
                .wrote("3\n");
        assertRunning(sandbox, with(sh("exec 0<&-; usleep 10000; exit 5"), Stdio.from(new Zeros(HUGE))))
                .exitedWith(5);
    }

    /**
     * Rule 73. A source that never gives anything MUST NOT delay the return. If it fails: is the thread that reads it
     * waited for?
     */
    @Test
    default void rule73_sourceThatBlocks_doesNotDelayTheReturn() throws Exception {
        staged().assume(Capability.LIVE_INPUT);
        Sandbox sandbox = staged().open();
        try (InputStream silent = new PipedInputStream(new PipedOutputStream())) {
            FutureTask<SandboxResult> run = new FutureTask<>(() -> sandbox.execute(with(exit(6), Stdio.from(silent))));
            Thread thread = new Thread(run, "run with a silent source");
            thread.start();
            SandboxAssertions.assertThat(Await.result("the return of a run whose source is silent", run))
                    .exitedWith(6);
        }
    }

    /**
     * Rule 73. A source that fails MUST end in a result, or an exception of the library's, with nothing alive. If it
     * fails: does the command wait for an end of input that never comes?
     */
    @Test
    default void rule73_sourceThatFails_doesNoHarm() throws InterruptedException {
        Sandbox sandbox = staged().open();
        Marker marker = Marker.fresh();
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken source");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("broken source");
            }
        };
        try {
            sandbox.execute(with(sh("sleep " + marker + " & cat"), Stdio.from(broken)));
        } catch (SandboxException e) {
            assertThat(e).rootCause().hasMessage("broken source");
        }
        marker.assertGone();
        Path missing = staged().outside().resolve("missing");
        try {
            sandbox.execute(with(sh("sleep " + marker + " & cat"), Stdio.file(missing)));
        } catch (SandboxException e) {
            assertThat(e).hasMessageContaining("missing");
        }
        marker.assertGone();
    }

    /**
     * Rule 73. A started command that closes its input, or has ended, MUST NOT harm a writer beyond an IOException. If
     * it fails: is SIGPIPE ignored by the JVM, but not by a helper?
     */
    @Test
    default void rule73_writerToAClosedInput_seesAtMostAnIOException() throws Exception {
        Sandbox sandbox = staged().open();
        try (SandboxProcess process =
                sandbox.start(sh("exec 0<&-; echo closed; read line < /proc/self/stat; exit 7"))) {
            assertThat(process.stdout().readNBytes(7)).asString().isEqualTo("closed\n");
            writeUntilRefused(process.stdin());
            SandboxAssertions.assertThat(process.waitFor()).exitedWith(7);
        }
        try (SandboxProcess process = sandbox.start(exit(8))) {
            SandboxAssertions.assertThat(process.waitFor()).exitedWith(8);
            writeUntilRefused(process.stdin());
            process.stdin().close();
        }
        try (SandboxProcess process = sandbox.start(with(echoInput(), Stdio.discard()))) {
            assertThat(process.stdout().readAllBytes()).isEmpty();
            SandboxAssertions.assertThat(process.waitFor()).succeeded();
        }
    }

    private static void writeUntilRefused(OutputStream stdin) {
        try {
            for (int i = 0; i < 100; i++) {
                stdin.write(new byte[65536]);
                stdin.flush();
            }
        } catch (IOException e) {
            // The broken pipe shows, which is as good as bytes that go nowhere.
        }
    }

    private static SandboxCommand with(SandboxCommand command, Stdio stdin) {
        return command.toBuilder().stdin(stdin).build();
    }

    /** So many zeros. */
    final class Zeros extends InputStream {
        private long left;

        Zeros(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(bytes, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
