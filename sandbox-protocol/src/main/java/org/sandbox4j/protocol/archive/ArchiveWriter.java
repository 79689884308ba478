package org.sandbox4j.protocol.archive;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Writes archives of trees. Immutable and thread-safe.
 *
 * <p>Members have their path from the top of the tree, without a leading {@code ./}, in an order that only depends on the names;
 * the top itself is none. Equal trees give equal archives. Permissions and times of change, to the
 * microsecond, are kept, owners and extended
 * attributes are not. Symbolic links are written as links; of a file with several names in the tree, the second and further names
 * are hard links to the first, and memory is needed for each such file. Holes are read as zeros.
 *
 * <p>Sockets, fifos and devices are refused, unless they are to be skipped. A file that changes while it is read is refused,
 * and a tree in which directories are being replaced is read by handles, so that no link leads out of it.
 */
public final class ArchiveWriter {
    private final ArchiveLimits limits;
    private final boolean skipSpecial;
    private final boolean anyNames;
    private final Predicate<String> selection;

    private ArchiveWriter(ArchiveLimits limits, boolean skipSpecial, boolean anyNames, Predicate<String> selection) {
        this.limits = limits;
        this.skipSpecial = skipSpecial;
        this.anyNames = anyNames;
        this.selection = selection;
    }

    /**
     * Returns a writer with {@link ArchiveLimits#DEFAULT} that writes everything and refuses devices, fifos and sockets.
     *
     * @return the writer
     */
    public static ArchiveWriter create() {
        return new ArchiveWriter(ArchiveLimits.DEFAULT, false, false, path -> true);
    }

    /**
     * Returns the same writer with other limits.
     *
     * @param newLimits how large trees may be
     * @return the new writer
     */
    public ArchiveWriter withLimits(ArchiveLimits newLimits) {
        return new ArchiveWriter(newLimits, skipSpecial, anyNames, selection);
    }

    /**
     * Returns the same writer that leaves out devices, fifos and sockets instead of refusing the tree.
     *
     * @return the new writer
     */
    public ArchiveWriter skippingSpecialFiles() {
        return new ArchiveWriter(limits, true, anyNames, selection);
    }

    /**
     * Returns the same writer that keeps names that are no UTF-8 instead of refusing the tree. They are in extended headers of our
     * own, {@code SANDBOX4J.path} and {@code SANDBOX4J.linkpath}, which {@link ArchiveExtractor#acceptingAnyNames()} understands;
     * other readers see U+FFFD in their place.
     *
     * @return the new writer
     */
    public ArchiveWriter keepingAnyNames() {
        return new ArchiveWriter(limits, skipSpecial, true, selection);
    }

    /**
     * Returns the same writer that writes only some members. Directories that are not selected are looked into nonetheless.
     *
     * @param paths tells whether to write what has that path from the top, such as {@code "lib/a.so"}, as
     *     {@link org.sandbox4j.protocol.tree.FileNames} has it
     * @return the new writer
     */
    public ArchiveWriter selecting(Predicate<String> paths) {
        return new ArchiveWriter(limits, skipSpecial, anyNames, paths);
    }

    /**
     * Writes an archive.
     *
     * @param tree the top of the tree, on a path that nobody else can change
     * @param out takes a tar archive compressed with gzip; it is flushed but not closed
     * @return how much it was
     * @throws ArchiveException if the tree is refused; what was written until then is no archive
     * @throws IOException if reading or writing fails
     */
    public ArchiveSummary write(Path tree, OutputStream out) throws IOException {
        BufferedOutputStream buffered = new BufferedOutputStream(new NotClosing(out), 64 << 10);
        try (GzipCompressorOutputStream gzip = new GzipCompressorOutputStream(buffered, parameters())) {
            return new TreeArchiver(tree, gzip, limits, skipSpecial, anyNames, selection).archive();
        }
    }

    /** Fast: level 6 takes about three times as long for little less. */
    private static GzipParameters parameters() {
        GzipParameters parameters = new GzipParameters();
        parameters.setCompressionLevel(Deflater.BEST_SPEED);
        parameters.setBufferSize(64 << 10);
        return parameters;
    }

    private static final class NotClosing extends FilterOutputStream {
        NotClosing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
