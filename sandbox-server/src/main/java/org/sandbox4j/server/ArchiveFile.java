package org.sandbox4j.server;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A file in an archive of ours. Close it.
 *
 * @param content its bytes, read from the archive as they are needed
 * @param length how many there are
 */
record ArchiveFile(InputStream content, long length) {
    private static final int BUFFER = 64 << 10;

    /**
     * Looks for a file by the name of its member, in one pass. Links are not followed.
     *
     * @return the file, if it is there
     * @throws Refusal if it is no file
     */
    static Optional<ArchiveFile> find(ByteSource archive, String name) throws IOException {
        TarArchiveInputStream tar = open(archive);
        boolean handedOver = false;
        try {
            Optional<TarArchiveEntry> entry = member(tar, name);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            if (!entry.get().isFile()) {
                throw Refusal.serverError("'" + name + "' is no file");
            }
            handedOver = true;
            return Optional.of(
                    new ArchiveFile(new FilterInputStream(tar) {}, entry.get().getSize()));
        } finally {
            if (!handedOver) {
                tar.close();
            }
        }
    }

    /** Buffered: extended headers are read byte by byte. */
    static TarArchiveInputStream open(ByteSource archive) throws IOException {
        InputStream in = archive.open();
        try {
            return new TarArchiveInputStream(
                    new BufferedInputStream(new GzipCompressorInputStream(in), BUFFER), StandardCharsets.UTF_8.name());
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static Optional<TarArchiveEntry> member(TarArchiveInputStream tar, String name) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String found = entry.getName();
            if (name.equals(found) || (entry.isDirectory() && found.equals(name + "/"))) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }
}
