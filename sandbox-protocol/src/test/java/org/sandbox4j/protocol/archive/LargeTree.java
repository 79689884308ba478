package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Extracts and archives a large tree, as a program, for a JVM with little memory: {@code LargeTree DIRECTORY MEMBERS BYTES}.
 * A tenth of the members are directories; one more is a file of that many bytes.
 */
final class LargeTree {
    private LargeTree() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        int members = Integer.parseInt(args[1]);
        long bytes = Long.parseLong(args[2]);
        ArchiveLimits limits =
                ArchiveLimits.DEFAULT.withMaxEntries(members + 1L).withMaxRatio(1100);
        Path made = directory.resolve("made.tgz");
        make(made, members, bytes);
        try (InputStream in = Files.newInputStream(made)) {
            require(
                    ArchiveExtractor.create().withLimits(limits).extract(in, directory.resolve("tree")),
                    members,
                    bytes);
        }
        try (OutputStream out = Files.newOutputStream(directory.resolve("again.tgz"))) {
            require(ArchiveWriter.create().withLimits(limits).write(directory.resolve("tree"), out), members, bytes);
        }
    }

    private static void require(ArchiveSummary summary, int members, long bytes) {
        if (!summary.equals(new ArchiveSummary(members + 1L, bytes))) {
            throw new IllegalStateException(summary.toString());
        }
    }

    private static void make(Path archive, int members, long bytes) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                OutputStream gzip = new GZIPOutputStream(file, 64 << 10);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, StandardCharsets.UTF_8.name())) {
            TarArchiveEntry large = new TarArchiveEntry("large");
            large.setSize(bytes);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.putArchiveEntry(large);
            byte[] chunk = new byte[64 << 10];
            for (long left = bytes; left > 0; left -= chunk.length) {
                tar.write(chunk, 0, (int) Math.min(left, chunk.length));
            }
            tar.closeArchiveEntry();
            for (int i = 0; i < members; i++) {
                String name = "directory-" + i / 10;
                tar.putArchiveEntry(new TarArchiveEntry(i % 10 == 0 ? name + "/" : name + "/file-" + i));
                tar.closeArchiveEntry();
            }
        }
    }
}
