package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.remote.FakeRootServer.archive;
import static org.sandbox4j.remote.FakeRootServer.begun;
import static org.sandbox4j.remote.FakeRootServer.ended;
import static org.sandbox4j.remote.FakeRootServer.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;

/** Servers that say that commands have changed what they cannot have changed, or nothing of sense. */
class HostileServerTest {
    private static final FakeServer.Script NO_CHANGES = FakeServer.status(404, "none");

    @TempDir
    private Path directory;

    private Path root;
    private Path outside;

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectories(directory.resolve("sandbox/root"));
        outside = Files.writeString(directory.resolve("outside"), "outside");
        Files.createDirectories(root.resolve("build"));
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/kept"), "kept");
        Files.createSymbolicLink(root.resolve("link"), directory);
    }

    private interface Members {
        void writeTo(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Members members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            members.writeTo(tar);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(1);
        tar.putArchiveEntry(entry);
        tar.write('!');
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void run(FakeServer server, SandboxFlags... flags) throws Exception {
        try (Sandbox sandbox = Sandbox.builder(directory.resolve("sandbox"))
                .backend("remote")
                .with(RemoteOptions.server(server.uri()))
                .open()) {
            sandbox.markDirectory("/build");
            sandbox.execute(SandboxCommand.builder("true").flags(flags).build());
        }
    }

    private void assertRefused(FakeServer.Script run, FakeServer.Script changes, SandboxFlags... flags)
            throws Exception {
        try (FakeServer server = FakeRootServer.answering(run, changes)) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server, flags))
                    .satisfies(e -> assertThat(e.runState()).isEqualTo(RunState.HAS_RUN))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("changes-lost"));
        }
        assertThat(outside).hasContent("outside");
        assertThat(root.resolve("etc/kept")).hasContent("kept");
        assertThat(directory.resolve("sandbox/scratch")).doesNotExist();
        try (Stream<Path> above = Files.list(directory)) {
            assertThat(above).containsExactlyInAnyOrder(outside, directory.resolve("sandbox"));
        }
    }

    @Test
    void changes_thatClimbOut_areRefused() throws Exception {
        assertRefused(events(begun(), ended(1)), archive(tar(tar -> file(tar, "../outside"))));
        assertRefused(events(begun(), ended(1)), archive(tar(tar -> file(tar, "a/../../outside"))));
        assertRefused(events(begun(), ended(2)), archive(tar(tar -> {
            link(tar, "out", "..");
            file(tar, "out/outside");
        })));
    }

    @Test
    void changes_throughALinkOfTheRoot_replaceTheLink() throws Exception {
        try (FakeServer server =
                FakeRootServer.answering(events(begun(), ended(1)), archive(tar(tar -> file(tar, "link/outside"))))) {
            run(server);
        }
        assertThat(outside).hasContent("outside");
        assertThat(root.resolve("link/outside")).hasContent("!");
        assertThat(root.resolve("link").toRealPath())
                .isEqualTo(root.toRealPath().resolve("link"));
    }

    @Test
    void deletions_thatClimbOut_areRefused() throws Exception {
        assertRefused(events(begun(), ended(0, "../outside")), NO_CHANGES);
        assertRefused(events(begun(), ended(0, "etc/../../outside")), NO_CHANGES);
        assertRefused(events(begun(), ended(0, outside.toString())), NO_CHANGES);
    }

    @Test
    void deletions_throughALinkOfTheRoot_deleteNothing() throws Exception {
        try (FakeServer server = FakeRootServer.answering(events(begun(), ended(0, "link/outside")), NO_CHANGES)) {
            run(server);
        }
        assertThat(outside).hasContent("outside");
    }

    @Test
    void changes_whereNothingCouldBeWritten_areRefused() throws Exception {
        FakeServer.Script etc = archive(tar(tar -> file(tar, "etc/kept")));
        assertRefused(events(begun(), ended(1)), etc, SandboxFlags.ROOT_READ_ONLY);
        assertRefused(events(begun(), ended(1)), archive(tar(tar -> file(tar, "new"))), SandboxFlags.ROOT_READ_ONLY);
        assertRefused(events(begun(), ended(0, "etc/kept")), NO_CHANGES, SandboxFlags.ROOT_READ_ONLY);
        assertRefused(events(begun(), ended(0, "build")), NO_CHANGES, SandboxFlags.ROOT_READ_ONLY);
        assertRefused(
                events(begun(), ended(1)), archive(tar(tar -> link(tar, "etc", "/"))), SandboxFlags.ROOT_READ_ONLY);
    }

    @Test
    void changes_belowAMark_areTaken_andTheDirectoriesAboveStay() throws Exception {
        Path mark = Files.createDirectories(root.resolve("deep/build"));
        Files.setPosixFilePermissions(root.resolve("deep"), PosixFilePermissions.fromString("rwxr-x---"));
        byte[] changes = tar(tar -> {
            TarArchiveEntry above = new TarArchiveEntry("deep/", TarConstants.LF_DIR);
            above.setMode(0777);
            tar.putArchiveEntry(above);
            tar.closeArchiveEntry();
            file(tar, "deep/build/out");
        });
        try (FakeServer server = FakeRootServer.answering(events(begun(), ended(2)), archive(changes));
                Sandbox sandbox = Sandbox.builder(directory.resolve("sandbox"))
                        .backend("remote")
                        .with(RemoteOptions.server(server.uri()))
                        .open()) {
            sandbox.markDirectory("/deep/build");
            sandbox.run(SandboxCommand.of("true").arguments(), SandboxFlags.ROOT_READ_ONLY);
        }
        assertThat(mark.resolve("out")).hasContent("!");
        assertThat(Files.getPosixFilePermissions(root.resolve("deep")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
    }

    @Test
    void changes_thatAreNoArchive_orTooMuch_areRefused() throws Exception {
        assertRefused(events(begun(), ended(1)), archive(new byte[] {1, 2, 3}));
        assertRefused(events(begun(), ended(1)), FakeServer.status(500, "<h1>Oops</h1>"));
        assertRefused(
                events(begun(), ended(1)),
                FakeServer.raw("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 50) + "\r\n\r\n"));
    }

    @Test
    void connection_lostBeforeOutput_mayHaveRun_andAfterIt_hasRun() throws Exception {
        assertLost(RunState.MAY_HAVE_RUN, begun());
        assertLost(RunState.HAS_RUN, begun(), "{\"command\":0,\"stdout\":\"b25lCg==\"}");
        assertLost(RunState.HAS_RUN, begun(), "{\"command\":0,\"stdout\":\"b25lCg==\"}", "{\"response\":{\"res");
    }

    @Test
    void endlessEvent_isTooLarge() throws Exception {
        byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        FakeServer.Script endless = exchange -> {
            events(begun()).answer(exchange);
            while (true) {
                exchange.send(piece);
            }
        };
        try (FakeServer server = FakeRootServer.answering(endless, NO_CHANGES)) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo("answer-too-large"))
                    .satisfies(e -> assertThat(e.runState()).isEqualTo(RunState.MAY_HAVE_RUN));
        }
    }

    private void assertLost(RunState state, String... lines) throws Exception {
        try (FakeServer server = FakeRootServer.answering(events(lines), NO_CHANGES)) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> run(server))
                    .satisfies(e -> assertThat(e.runState()).isEqualTo(state));
            // The run is ended on the server, if it still goes on.
            Awaitility.await()
                    .until(() -> server.requests().stream()
                            .anyMatch(request -> request.line().startsWith("DELETE /runs/")));
        }
    }

    @Test
    void events_ofNoSense_areABadAnswer() throws Exception {
        for (String line : new String[] {"<html>", "[]", "{\"command\":\"x\",\"stdout\":\"\"}", "{\"stdout\":1}"}) {
            try (FakeServer server = FakeRootServer.answering(events(begun(), line), NO_CHANGES)) {
                assertThatExceptionOfType(ServerException.class)
                        .as(line)
                        .isThrownBy(() -> run(server))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo("bad-answer"));
            }
        }
    }

    @Test
    void root_tooLargeForTheServer_isRefusedBeforeItIsSent() throws Exception {
        byte[] noise = new byte[1_100_000];
        new Random(1).nextBytes(noise);
        Files.write(root.resolve("large"), noise);
        try (FakeServer server = FakeRootServer.answering(events(begun(), ended(0)), NO_CHANGES)) {
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> run(server))
                    .withMessageContaining("1000000");
            assertThat(server.requests()).noneMatch(request -> request.line().startsWith("POST"));
        }
    }
}
