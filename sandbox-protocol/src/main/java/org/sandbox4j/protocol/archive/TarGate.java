package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.utils.ArchiveUtils;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;

/**
 * Stands between the decompressor and commons-compress, which believes headers: it keeps names of any length in memory, and
 * everything that global headers say for good, and takes headers with a wrong checksum.
 */
final class TarGate extends InputStream {
    static final int RECORD = 512;

    private static final int TYPE_OFFSET = 156;
    private static final int MAX_GLOBAL_HEADERS = 8;

    private final InputStream in;
    private final int maxHeaderBytes;
    private long position;
    private boolean inHeader;
    private long headerEnd;
    private int globalHeaders;
    private boolean longName;
    private boolean longLink;
    private String record = "";

    TarGate(InputStream in, ArchiveLimits limits) {
        this.in = in;
        maxHeaderBytes = limits.maxHeaderBytes();
    }

    /** From here on, until {@link #endHeader()}, everything is header. */
    void startHeader() {
        inHeader = true;
        headerEnd = position + maxHeaderBytes;
        longName = false;
        longLink = false;
    }

    void endHeader() {
        inHeader = false;
    }

    /** Whether GNU's record of a long name came before the member's own. */
    boolean hasLongName() {
        return longName;
    }

    boolean hasLongLink() {
        return longLink;
    }

    /** The member's own record, a character for each byte. */
    String record() {
        return record;
    }

    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        int octet = in.read();
        if (octet >= 0) {
            advance(1);
        }
        return octet;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        boolean whole = inHeader && length == RECORD && position % RECORD == 0;
        int read = whole ? in.readNBytes(buffer, offset, length) : in.read(buffer, offset, length);
        if (whole && read == RECORD) {
            look(Arrays.copyOfRange(buffer, offset, offset + RECORD));
        }
        advance(read);
        return read == 0 && length > 0 ? -1 : read;
    }

    private void look(byte[] header) {
        // A record of zeros is the end, and has no checksum.
        if (!ArchiveUtils.isArrayZero(header, RECORD) && !hasItsChecksum(header)) {
            throw new ArchiveException(
                    Problem.MALFORMED, "Refused the archive: the checksum of a header is wrong, so it is damaged.");
        }
        record = new String(header, StandardCharsets.ISO_8859_1);
        longName |= record.charAt(TYPE_OFFSET) == 'L';
        longLink |= record.charAt(TYPE_OFFSET) == 'K';
        if (record.charAt(TYPE_OFFSET) == 'g' && ++globalHeaders > MAX_GLOBAL_HEADERS) {
            throw new ArchiveException(Problem.LIMIT, "Refused the archive: it has too many global headers.");
        }
    }

    private static boolean hasItsChecksum(byte[] header) {
        try {
            return TarUtils.verifyCheckSum(header);
        } catch (IllegalArgumentException e) {
            return false; // What stands there is no number.
        }
    }

    private void advance(int bytes) {
        position += Math.max(bytes, 0);
        if (inHeader && position > headerEnd) {
            throw new ArchiveException(
                    Problem.LIMIT, "Refused the archive: a header has more than " + maxHeaderBytes + " bytes.");
        }
    }
}
