package org.sandbox4j.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;
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
    private static final int MOST_LINKS = 40;

    /**
     * Looks for a file by the name of its member. Links are followed inside the archive; for each the archive is read again.
     *
     * @return the file, if it or what its links lead to is there
     * @throws Refusal if it is no file
     */
    static Optional<ArchiveFile> find(ByteSource archive, String name) throws IOException {
        String wanted = name;
        for (int links = 0; links < MOST_LINKS; links++) {
            TarArchiveInputStream tar =
                    new TarArchiveInputStream(new GzipCompressorInputStream(archive.open()), "UTF-8");
            boolean handedOver = false;
            try {
                Optional<TarArchiveEntry> entry = member(tar, wanted);
                if (entry.isEmpty()) {
                    return Optional.empty();
                } else if (entry.get().isSymbolicLink() || entry.get().isLink()) {
                    wanted = target(entry.get());
                } else if (!entry.get().isFile()) {
                    throw Refusal.serverError("'" + wanted + "' is no file");
                } else {
                    handedOver = true;
                    return Optional.of(new ArchiveFile(
                            new FilterInputStream(tar) {}, entry.get().getSize()));
                }
            } finally {
                if (!handedOver) {
                    tar.close();
                }
            }
        }
        return Optional.empty();
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

    /** Where a link leads: from the directory that it is in, or, if it is a hard link, from the top. */
    static String target(TarArchiveEntry link) {
        if (link.isLink()) {
            return link.getLinkName();
        }
        int slash = link.getName().lastIndexOf('/');
        return normalised(
                slash < 0 ? link.getLinkName() : link.getName().substring(0, slash) + "/" + link.getLinkName());
    }

    private static String normalised(String path) {
        Deque<String> names = new ArrayDeque<>();
        Stream.of(path.split("/", -1)).forEach(name -> {
            if (name.equals("..") && !names.isEmpty() && !names.getLast().equals("..")) {
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        });
        return (path.startsWith("/") ? "/" : "") + String.join("/", names);
    }
}
