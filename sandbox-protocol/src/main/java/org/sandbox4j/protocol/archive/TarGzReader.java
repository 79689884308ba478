package org.sandbox4j.protocol.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/** Reads members one after the other. Everything wrong with the archive is an {@link ArchiveException}. */
final class TarGzReader extends InputStream {
    private static final int BUFFER = 64 << 10;
    private static final int MAX_EXTENDED_ATTRIBUTES = 100;
    private static final int MAX_PADDING = 1 << 20;
    private static final long LATEST_SECOND = 1L << 36; // in the year 4147

    private final ArchiveLimits limits;
    private final boolean anyNames;
    private final GzipSource source;
    private final TarGate gate;
    private final TarArchiveInputStream tar;
    private long entries;
    private long bytes;

    TarGzReader(InputStream in, ArchiveLimits limits, boolean anyNames) {
        this.limits = limits;
        this.anyNames = anyNames;
        source = new GzipSource(in, limits);
        gate = new TarGate(new BufferedInputStream(source, BUFFER), limits);
        tar = new TarArchiveInputStream(
                gate, TarGate.RECORD, TarGate.RECORD, StandardCharsets.ISO_8859_1.name(), false);
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private <T> T guarded(Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (ArchiveException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            IOException failure = source.failure();
            if (failure != null) {
                throw failure;
            }
            // Their parsers throw what the JDK's do when numbers or sizes make no sense.
            throw new ArchiveException(Problem.MALFORMED, "This is no sound tar.gz archive: " + e.getMessage(), e);
        }
    }

    /** The next member, whose content can then be read to its end, or null after the last one. */
    @Nullable
    Member next() throws IOException {
        long headerStart = (gate.position() + TarGate.RECORD - 1) / TarGate.RECORD * TarGate.RECORD;
        gate.startHeader();
        TarArchiveEntry entry =
                guarded(() -> Optional.ofNullable(tar.getNextEntry())).orElse(null);
        gate.endHeader();
        if (entry == null) {
            byte[] padding = guarded(() -> padding(headerStart));
            checkPadding(padding);
            return null;
        }
        entries++;
        if (entries > limits.maxEntries()) {
            throw new ArchiveException(
                    Problem.LIMIT, "Refused the archive: it has more than " + limits.maxEntries() + " members.");
        }
        return guarded(() -> member(entry));
    }

    /** An archive ends with a record of zeros, and zeros may follow. */
    private byte[] padding(long headerStart) throws IOException {
        if (gate.position() < headerStart + TarGate.RECORD) {
            throw new ArchiveException(Problem.MALFORMED, "The archive ends early.");
        }
        byte[] padding = gate.readNBytes(MAX_PADDING);
        if (gate.read() >= 0) {
            throw new ArchiveException(Problem.LIMIT, "Refused the archive: it goes on for long after its end.");
        }
        return padding;
    }

    private static void checkPadding(byte[] padding) {
        for (byte octet : padding) {
            if (octet != 0) {
                throw new ArchiveException(Problem.MALFORMED, "Refused the archive: something follows its end.");
            }
        }
    }

    private Member member(TarArchiveEntry entry) {
        String text = name(entry);
        if (entry.isSparse()) {
            throw ArchiveException.at(text, Problem.TYPE, "sparse files are not supported.");
        }
        if (entry.getExtraPaxHeaders().size() > MAX_EXTENDED_ATTRIBUTES) {
            throw ArchiveException.at(text, Problem.LIMIT, "it has too many attributes.");
        }
        Member.Kind kind = kind(entry);
        MemberName name = MemberName.parse(text, limits);
        if (name.isTop() && kind != Member.Kind.DIRECTORY) {
            throw ArchiveException.at(text, Problem.TYPE, "the top of an archive can only be a directory.");
        }
        checkSize(entry, kind, text);
        return new Member(
                kind, name, linkText(entry, kind, text), entry.getSize(), entry.getMode() & 0777, modified(entry));
    }

    private String name(TarArchiveEntry entry) {
        return (anyNames ? OwnHeaders.path(entry) : Optional.<String>empty())
                .orElseGet(() -> utf8(entry.getName(), gate.hasLongName()));
    }

    /**
     * Names in extended headers are Unicode already. All others come as one character for each byte, since commons-compress
     * would put a question mark for what is no UTF-8.
     */
    private String utf8(String text, boolean fromLongName) {
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        if (ascii || !(fromLongName || Stream.of(text.split("/", -1)).allMatch(gate.record()::contains))) {
            return text;
        }
        return FileNames.decodeStrictly(text.getBytes(StandardCharsets.ISO_8859_1))
                .orElseThrow(() -> ArchiveException.at(text, Problem.NAME, "bytes that are no UTF-8 in a name."));
    }

    private static Member.Kind kind(TarArchiveEntry entry) {
        return switch (entry.getLinkFlag()) {
            case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG ->
                entry.getName().endsWith("/") ? Member.Kind.DIRECTORY : Member.Kind.FILE;
            case TarConstants.LF_DIR -> Member.Kind.DIRECTORY;
            case TarConstants.LF_SYMLINK -> Member.Kind.SYMBOLIC_LINK;
            case TarConstants.LF_LINK -> Member.Kind.HARD_LINK;
            default -> Member.Kind.SPECIAL;
        };
    }

    private void checkSize(TarArchiveEntry entry, Member.Kind kind, String name) {
        long size = entry.getSize();
        if (size < 0 || (size > 0 && kind != Member.Kind.FILE)) {
            throw ArchiveException.at(name, Problem.MALFORMED, "it cannot have the size " + size + ".");
        }
        if (size > limits.maxBytes() - bytes) {
            throw ArchiveException.at(
                    name,
                    Problem.LIMIT,
                    "with its " + size + " bytes the archive holds more than " + limits.maxBytes() + ".");
        }
        bytes += size;
    }

    private String linkText(TarArchiveEntry entry, Member.Kind kind, String name) {
        if (kind == Member.Kind.SYMBOLIC_LINK || kind == Member.Kind.HARD_LINK) {
            String text = (anyNames ? OwnHeaders.linkPath(entry) : Optional.<String>empty())
                    .orElseGet(() -> utf8(entry.getLinkName(), gate.hasLongLink()));
            MemberName.checkLinkText(name, text, limits);
            return text;
        }
        return "";
    }

    private static FileTime modified(TarArchiveEntry entry) {
        FileTime time = entry.getLastModifiedTime();
        if (Math.abs(time.toInstant().getEpochSecond()) > LATEST_SECOND) {
            throw ArchiveException.at(entry.getName(), Problem.MALFORMED, "it was changed in a far future or past.");
        }
        return time;
    }

    ArchiveSummary summary() {
        return new ArchiveSummary(entries, bytes);
    }

    @Override
    public int read() throws IOException {
        return guarded(tar::read);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return guarded(() -> tar.read(buffer, offset, length));
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
