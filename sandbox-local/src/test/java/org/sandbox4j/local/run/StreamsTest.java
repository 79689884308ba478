package org.sandbox4j.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;

/** Where output goes and input comes from. */
class StreamsTest {
    private static final OutputBudget UNLIMITED = OutputBudget.of(OptionalLong.empty());

    @TempDir
    Path directory;

    @Test
    void capture_moreThanItsLimit_keepsTheBeginningAndCountsTheRest() {
        OutputSink sink = OutputSink.open(Stdio.capture(5), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");
        accept(sink, "defg");
        accept(sink, "hi");

        assertThat(sink.captured().text()).isEqualTo("abcde");
        assertThat(sink.captured().totalBytes()).isEqualTo(9);
        assertThat(sink.captured().truncated()).isTrue();
        assertThat(sink.finish()).isNull();
    }

    @Test
    void capture_exactlyItsLimit_isNotTruncated() {
        OutputSink sink = OutputSink.open(Stdio.capture(3), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");

        assertThat(sink.captured().text()).isEqualTo("abc");
        assertThat(sink.captured().truncated()).isFalse();
    }

    @Test
    void capture_ofNothing_onlyCounts() {
        OutputSink sink = OutputSink.open(Stdio.capture(0), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");

        assertThat(sink.captured().text()).isEmpty();
        assertThat(sink.captured().totalBytes()).isEqualTo(3);
        assertThat(sink.captured().truncated()).isTrue();
    }

    /** A target that is a byte array of the caller's is no capture. */
    @Test
    void target_byteArrayOfTheCaller_isNotCaptured() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        OutputSink sink = OutputSink.open(Stdio.to(target), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");

        assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("abc");
        assertThat(sink.captured().totalBytes()).isZero();
    }

    @Test
    void target_fails_isNotWrittenAgainAndTellsTheFirstFailure() {
        FailingTarget target = new FailingTarget(new IOException("first"));
        OutputSink sink = OutputSink.open(Stdio.to(target), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");
        accept(sink, "def");

        assertThat(target.attempts).isEqualTo(1);
        assertThat(sink.finish()).hasMessage("first");
        assertThat(target.closed)
                .as("a target of the caller's is the caller's to close")
                .isFalse();
    }

    @Test
    void target_throwsUnchecked_tellsItAsAFailure() {
        IllegalStateException failure = new IllegalStateException("odd");
        OutputSink sink =
                OutputSink.open(Stdio.to(new FailingTarget(failure)), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");

        assertThat(sink.finish()).isSameAs(failure);
    }

    @Test
    void target_throwsAnError_tellsItAsAFailure() {
        AssertionError failure = new AssertionError("odd");
        OutputSink sink =
                OutputSink.open(Stdio.to(new FailingTarget(failure)), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "abc");

        assertThat(sink.finish()).isSameAs(failure);
    }

    /** The command may end as soon as its input does. */
    @Test
    void feed_sourceThrows_isKnownBeforeTheCommandsInputEnds() {
        for (Throwable thrown : List.of(new IOException("odd"), new IllegalStateException(), new AssertionError())) {
            InputFeed feed = InputFeed.open(Stdio.from(new FailingSource(thrown)));
            Throwable[] known = {null};

            feed.feed(new ByteArrayOutputStream() {
                @Override
                public void close() {
                    known[0] = feed.failure();
                }
            });

            assertThat(known[0]).isSameAs(thrown);
        }
    }

    @Test
    void feed_sourceThrowsAfterTheCommand_isNoFailure() {
        InputFeed feed = InputFeed.open(Stdio.from(new FailingSource(new IOException("closed"))));

        feed.finish();
        feed.feed(OutputStream.nullOutputStream());

        assertThat(feed.failure()).isNull();
    }

    @Test
    void target_line_isFlushedBeforeMoreComes() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        OutputSink sink = OutputSink.open(
                Stdio.to(new java.io.BufferedOutputStream(target)), OutputStream.nullOutputStream(), UNLIMITED);

        accept(sink, "progress\n");

        assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("progress\n");
    }

    @Test
    void inherit_goesToTheGivenStream_discardNowhere() {
        ByteArrayOutputStream inherited = new ByteArrayOutputStream();

        accept(OutputSink.open(Stdio.inherit(), inherited, UNLIMITED), "inherited");
        accept(OutputSink.open(Stdio.discard(), inherited, UNLIMITED), "discarded");

        assertThat(inherited.toString(StandardCharsets.UTF_8)).isEqualTo("inherited");
    }

    @Test
    void file_existing_isReplacedOrAppendedTo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a long old content");

        OutputSink replacing = OutputSink.open(Stdio.file(file), OutputStream.nullOutputStream(), UNLIMITED);
        accept(replacing, "new");
        assertThat(replacing.finish()).isNull();
        OutputSink appending = OutputSink.open(Stdio.append(file), OutputStream.nullOutputStream(), UNLIMITED);
        accept(appending, "er");
        assertThat(appending.finish()).isNull();

        assertThat(file).hasContent("newer");
    }

    @Test
    void file_thatCannotBeOpened_isRefused() {
        Path file = directory.resolve("missing/file");

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> OutputSink.open(Stdio.file(file), OutputStream.nullOutputStream(), UNLIMITED))
                .withMessageContaining(file.toString())
                .withMessageContaining("must exist and be writable");
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> InputFeed.open(Stdio.file(file)))
                .withMessageContaining(file.toString())
                .withMessageContaining("must exist and be readable");
    }

    @Test
    void feed_bytesAndFiles_arriveWholeAndEnd() throws IOException {
        byte[] content = new byte[200_000];
        content[199_999] = 7;
        Path file = Files.write(directory.resolve("input"), content);

        assertThat(fed(Stdio.bytes(content))).isEqualTo(content);
        assertThat(fed(Stdio.file(file))).isEqualTo(content);
        assertThat(fed(Stdio.from(new ByteArrayInputStream(content)))).isEqualTo(content);
    }

    @Test
    void feed_nobodyReads_stopsQuietlyAndKeepsTheCallersStreamOpen() {
        CountingSource source = new CountingSource();
        InputFeed feed = InputFeed.open(Stdio.from(source));

        feed.feed(new FailingTarget(new IOException("Broken pipe")));
        feed.finish();

        assertThat(source.reads).isEqualTo(1);
        assertThat(source.closed).isFalse();
    }

    @Test
    void feed_commandHasEnded_takesNoMoreThanItWaitsFor() {
        CountingSource source = new CountingSource();
        InputFeed feed = InputFeed.open(Stdio.from(source));

        feed.finish();
        feed.feed(OutputStream.nullOutputStream());

        assertThat(source.reads).isLessThanOrEqualTo(1);
    }

    @Test
    void streams_sameTarget_areMerged() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        Stdio capture = Stdio.capture(10);
        Stdio pipe = Stdio.pipe();

        assertThat(merged(Stdio.to(target), Stdio.to(target))).isTrue();
        assertThat(merged(capture, capture)).isTrue();
        assertThat(merged(pipe, pipe)).isTrue();
        assertThat(merged(Stdio.file(directory.resolve("f")), Stdio.file(directory.resolve("f"))))
                .isTrue();
    }

    @Test
    void streams_differentTargets_areNotMerged() {
        assertThat(merged(Stdio.to(new ByteArrayOutputStream()), Stdio.to(new ByteArrayOutputStream())))
                .isFalse();
        assertThat(merged(Stdio.capture(10), Stdio.capture(10))).isFalse();
        assertThat(merged(Stdio.pipe(), Stdio.pipe())).isFalse();
        assertThat(merged(Stdio.file(directory.resolve("f")), Stdio.file(directory.resolve("g"))))
                .isFalse();
        assertThat(merged(Stdio.inherit(), Stdio.inherit())).isFalse();
    }

    @Test
    void streams_input_isThereUnlessDiscarded() {
        assertThat(RunStreams.open(Stdio.discard(), Stdio.discard(), Stdio.discard())
                        .hasInput())
                .isFalse();
        assertThat(RunStreams.open(Stdio.bytes(new byte[0]), Stdio.discard(), Stdio.discard())
                        .hasInput())
                .isTrue();
        assertThat(RunStreams.open(Stdio.pipe(), Stdio.discard(), Stdio.discard())
                        .hasInput())
                .isTrue();
    }

    private static boolean merged(Stdio stdout, Stdio stderr) {
        RunStreams streams = RunStreams.open(Stdio.discard(), stdout, stderr);
        streams.finish();
        return streams.isMerged();
    }

    private static byte[] fed(Stdio stdio) {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        InputFeed feed = InputFeed.open(stdio);
        feed.feed(command);
        feed.finish();
        return command.toByteArray();
    }

    private static void accept(OutputSink sink, String text) {
        byte[] bytes = (text + "garbage").getBytes(StandardCharsets.UTF_8);
        sink.accept(bytes, text.length());
    }

    private static final class FailingTarget extends OutputStream {
        private final Throwable failure;
        private int attempts;
        private boolean closed;

        FailingTarget(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void write(int b) throws IOException {
            attempts++;
            if (failure instanceof IOException io) {
                throw io;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class FailingSource extends InputStream {
        private final Throwable failure;

        FailingSource(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            } else if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
        }
    }

    private static final class CountingSource extends InputStream {
        private int reads;
        private boolean closed;

        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            reads++;
            return length;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
