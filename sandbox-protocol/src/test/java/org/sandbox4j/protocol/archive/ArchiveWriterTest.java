package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

class ArchiveWriterTest {
    private static final ArchiveWriter WRITER = ArchiveWriter.create();

    @TempDir
    private Path directory;

    private Path tree;

    @BeforeEach
    void prepare() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
    }

    private static byte[] archive(ArchiveWriter writer, Path tree) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(tree, out);
        return out.toByteArray();
    }

    private static List<String> members(byte[] archive) throws IOException {
        List<String> members = new ArrayList<>();
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(gzip, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String link =
                        entry.getLinkName().isEmpty() ? "" : " " + entry.getLinkFlag() + " " + entry.getLinkName();
                assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
                assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
                members.add(
                        entry.getName() + " " + Integer.toOctalString(entry.getMode()) + " " + entry.getSize() + link);
            }
        }
        return members;
    }

    private Path sampleTree() throws IOException {
        Files.createDirectories(tree.resolve("lib/inner"));
        Files.writeString(tree.resolve("lib/b.txt"), "b");
        Files.writeString(tree.resolve("lib/inner/a"), "text");
        Files.writeString(tree.resolve(FileNames.path("é€😀")), "name");
        Files.writeString(tree.resolve("x".repeat(200)), "long");
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere"));
        Files.createSymbolicLink(tree.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(tree.resolve("wide"), FileNames.path("é/" + "y".repeat(150)));
        Files.createLink(tree.resolve("lib/c"), tree.resolve("lib/b.txt"));
        Files.createDirectory(
                tree.resolve("empty"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-x---")));
        Files.setPosixFilePermissions(tree.resolve("lib/inner/a"), PosixFilePermissions.fromString("rwx------"));
        for (String path : List.of("lib/b.txt", "lib/inner/a", "lib/inner", "lib", "empty")) {
            Files.setLastModifiedTime(tree.resolve(path), FileTime.from(Instant.parse("2020-01-02T03:04:05.123456Z")));
        }
        return tree;
    }

    @Test
    void members_areInTheOrderOfTheirNamesAndHaveNoPrefix() throws IOException {
        assertThat(members(archive(WRITER, sampleTree())))
                .containsExactly(
                        "dangling 777 0 50 /nowhere",
                        "empty/ 550 0",
                        "lib/ 755 0",
                        "lib/b.txt 644 1",
                        "lib/c 644 0 49 lib/b.txt",
                        "lib/inner/ 755 0",
                        "lib/inner/a 700 4",
                        "loop 777 0 50 .",
                        "wide 777 0 50 é/" + "y".repeat(150),
                        "x".repeat(200) + " 644 4",
                        "é€😀 644 4");
    }

    @Test
    void anyNames_afterARoundTrip_areTheSame_andAreRefusedOtherwise() throws IOException {
        Path inner = Files.createDirectory(tree.resolve(FileNames.path("d\uDCFF")));
        Files.writeString(inner.resolve(FileNames.path("\uDCFE é")), "content");
        Files.createLink(tree.resolve("plain"), inner.resolve(FileNames.path("\uDCFE é")));
        Files.createSymbolicLink(tree.resolve("link"), FileNames.path("/\uDCFD"));
        assertThatExceptionOfType(ArchiveException.class)
                .isThrownBy(() -> archive(WRITER, tree))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.NAME));

        byte[] archive = archive(WRITER.keepingAnyNames(), tree);
        Path copy = directory.resolve("copy");
        ArchiveExtractor.create().acceptingAnyNames().extract(new ByteArrayInputStream(archive), copy);
        Path file = copy.resolve(FileNames.path("d\uDCFF/\uDCFE é"));
        assertThat(file).hasContent("content");
        assertThat(Files.isSameFile(file, copy.resolve("plain"))).isTrue();
        assertThat(FileNames.text(Files.readSymbolicLink(copy.resolve("link")))).isEqualTo("/\uDCFD");
        assertThatExceptionOfType(ArchiveException.class)
                .isThrownBy(() -> ArchiveExtractor.create()
                        .extract(new ByteArrayInputStream(archive), directory.resolve("strict")))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.NAME));
    }

    @Test
    void tree_afterARoundTrip_isTheSame() throws IOException {
        byte[] archive = archive(WRITER, sampleTree());
        Path copy = directory.resolve("copy");
        ArchiveSummary summary = ArchiveExtractor.create().extract(new ByteArrayInputStream(archive), copy);
        assertThat(summary).isEqualTo(new ArchiveSummary(11, 13));
        assertThat(Surroundings.snapshot(copy, "lib", "empty")).isEqualTo(Surroundings.snapshot(tree, "lib", "empty"));
        assertThat(archive(WRITER, copy))
                .as("second archive")
                .hasSizeBetween(archive.length - 200, archive.length + 200);
    }

    @Test
    void archives_ofEqualTrees_areEqual() throws IOException {
        sampleTree();
        assertThat(archive(WRITER, tree)).isEqualTo(archive(WRITER, tree));
    }

    @Test
    void selection_leavesOutTheRest() throws IOException {
        sampleTree();
        assertThat(members(archive(WRITER.selecting(path -> path.startsWith("lib/inner")), tree)))
                .containsExactly("lib/inner/ 755 0", "lib/inner/a 700 4");
        assertThat(members(archive(WRITER.selecting(path -> path.equals("lib/c")), tree)))
                .as("a hard link whose first name is left out")
                .containsExactly("lib/c 644 1");
    }

    @Test
    void fileSizes_aroundTheBlocks_surviveARoundTrip() throws IOException {
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 511, 512, 513, 10_239, 65_535, 65_536, 65_537, 300_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Files.write(tree.resolve("f" + size), content);
        }
        Path copy = directory.resolve("copy");
        ArchiveExtractor.create().extract(new ByteArrayInputStream(archive(WRITER, tree)), copy);
        for (String name :
                List.of("f0", "f1", "f511", "f512", "f513", "f10239", "f65535", "f65536", "f65537", "f300000")) {
            assertThat(copy.resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
        }
    }

    @Test
    void holes_areReadAsZeros() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
            file.setLength(20 << 20);
            file.seek(10 << 20);
            file.write(7);
        }
        Path copy = directory.resolve("copy");
        ArchiveExtractor.create().extract(new ByteArrayInputStream(archive(WRITER, tree)), copy);
        assertThat(copy.resolve("sparse")).hasSameBinaryContentAs(tree.resolve("sparse"));
    }

    @Test
    void socket_isRefusedOrSkipped() throws IOException {
        Files.writeString(tree.resolve("f"), "x");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(tree.resolve("socket")));
            assertRefused(WRITER, Problem.TYPE);
            assertThat(members(archive(WRITER.skippingSpecialFiles(), tree))).containsExactly("f 644 1");
        }
    }

    @Test
    void limits_areKept() throws IOException {
        sampleTree();
        assertRefused(WRITER.withLimits(ArchiveLimits.DEFAULT.withMaxEntries(10)), Problem.LIMIT);
        assertRefused(WRITER.withLimits(ArchiveLimits.DEFAULT.withMaxBytes(12)), Problem.LIMIT);
        assertRefused(WRITER.withLimits(ArchiveLimits.DEFAULT.withMaxDepth(2)), Problem.LIMIT);
        ArchiveLimits exact =
                ArchiveLimits.DEFAULT.withMaxEntries(11).withMaxBytes(13).withMaxDepth(3);
        assertThat(members(archive(WRITER.withLimits(exact), tree))).hasSize(11);
    }

    private void assertRefused(ArchiveWriter writer, Problem problem) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> archive(writer, tree));
        assertThat(refused).isNotNull();
        assertThat(refused.problem()).isEqualTo(problem);
    }

    @Test
    void nameThatIsNoUtf8_isRefused() throws IOException {
        Path name = Path.of(URI.create("file:///a%FFb")).getFileName();
        Files.writeString(tree.resolve(name), "x");
        assertRefused(WRITER, Problem.NAME);
    }

    /** While the writer compresses the first file, it hands out what it has, and the next one changes. */
    @Test
    void file_thatChangesWhileItIsRead_isRefused() throws IOException {
        byte[] random = new byte[2 << 20];
        new Random(1).nextBytes(random);
        for (String change : List.of("longer", "shorter", "other")) {
            Path file = Files.write(tree.resolve("f"), random);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
            OutputStream changing = new OutputStream() {
                private boolean done;

                @Override
                public void write(int octet) throws IOException {
                    write(new byte[1], 0, 1);
                }

                @Override
                public void write(byte[] buffer, int offset, int length) throws IOException {
                    if (!done) {
                        done = true;
                        change(file, change);
                    }
                }
            };
            assertThatThrownBy(() -> WRITER.write(tree, changing))
                    .as(change)
                    .isInstanceOfSatisfying(
                            ArchiveException.class,
                            refused -> assertThat(refused.problem()).isEqualTo(Problem.CHANGED));
        }
    }

    private static void change(Path file, String how) throws IOException {
        switch (how) {
            case "longer" -> Files.write(file, new byte[3 << 20]);
            case "shorter" -> Files.write(file, new byte[1 << 20]);
            default -> {
                Files.delete(file);
                Files.write(file, new byte[2 << 20]);
                Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
            }
        }
    }

    @Test
    void failedArchive_isNotTakenForAWhole() throws IOException {
        Files.writeString(tree.resolve("a"), "x");
        Files.writeString(tree.resolve("b"), "x");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> WRITER.withLimits(ArchiveLimits.DEFAULT.withMaxEntries(1))
                        .write(tree, out))
                .isInstanceOf(ArchiveException.class);
        assertThatThrownBy(() -> ArchiveExtractor.create()
                        .extract(new ByteArrayInputStream(out.toByteArray()), directory.resolve("copy")))
                .isInstanceOf(ArchiveException.class);
        assertThat(directory.resolve("copy")).doesNotExist();
    }
}
