package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.remote.FakeRootServer.begun;
import static org.sandbox4j.remote.FakeRootServer.ended;
import static org.sandbox4j.remote.FakeRootServer.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.Stdio;

/** What is said when a stream of the caller's throws. */
class ThrowingStreamsTest {
    private static final FakeServer.Script NO_CHANGES = FakeServer.status(404, "none");
    private static final AssertionError THROWN = new AssertionError("not today");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"stdout", "stderr"})
    void execute_callersOutputThrows_saysWhichAndHowTheCommandEnded(String stream) throws Exception {
        OutputStream target = new OutputStream() {
            @Override
            public void write(int b) {
                throw THROWN;
            }
        };
        SandboxCommand.Builder command = SandboxCommand.builder("true");
        SandboxCommand complete =
                (stream.equals("stdout") ? command.stdout(Stdio.to(target)) : command.stderr(Stdio.to(target))).build();
        String output = "{\"command\":0,\"" + stream + "\":\"YQ==\"}";
        Files.createDirectories(directory.resolve("root"));
        try (FakeServer server = FakeRootServer.answering(events(begun(), output, ended(0)), NO_CHANGES);
                Sandbox sandbox = Sandbox.builder(directory)
                        .backend("remote")
                        .with(RemoteOptions.server(server.uri()))
                        .open()) {
            assertThatExceptionOfType(SandboxException.class)
                    .isThrownBy(() -> sandbox.execute(complete))
                    .withMessageContaining("Exited[code=0]")
                    .withMessageContaining("the caller's stream for its " + stream + " threw " + THROWN)
                    .withCause(THROWN)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("callback-failed"));
        }
    }

    /** The command may end as soon as its input does. */
    @Test
    void feed_sourceThrows_isKnownBeforeTheCommandsInputEnds() {
        InputSource source = InputSource.open(Stdio.from(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("not today");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        }));
        Throwable[] known = {null};

        source.feed(new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void close() {
                known[0] = source.failure();
            }
        });

        assertThat(known[0]).hasMessage("not today");
    }
}
