package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;

/**
 * Decompresses, and tells failures of reading from broken archives. Long names in headers and empty blocks give no output and
 * may not go on for ever; what has a bad checksum, ends early or is followed by something fails.
 */
final class GzipSource extends InputStream {
    private static final long MAX_BYTES_WITHOUT_OUTPUT = 128 << 10;

    private final Compressed compressed;
    private final long maxRatio;
    private @Nullable GzipCompressorInputStream gzip;
    private long expanded;

    GzipSource(InputStream in, ArchiveLimits limits) {
        compressed = new Compressed(in);
        maxRatio = limits.maxRatio();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (gzip == null) {
            gzip = GzipCompressorInputStream.builder()
                    .setInputStream(compressed)
                    .setDecompressConcatenated(true)
                    .get();
        }
        int read = gzip.read(buffer, offset, length);
        if (read > 0) {
            compressed.withoutOutput = 0;
            expanded += read;
            checkRatio();
        }
        return read;
    }

    private void checkRatio() {
        if (expanded > ArchiveLimits.RATIO_FLOOR && expanded / maxRatio > compressed.count) {
            throw new ArchiveException(
                    Problem.LIMIT,
                    "Refused the archive: it becomes more than " + maxRatio + " times larger when it is decompressed.");
        }
    }

    /** The failure of the stream that the archive comes from, if it had one: then nothing is known about the archive. */
    @Nullable
    IOException failure() {
        return compressed.failure;
    }

    /** Gives back what the decompressor has outside of the heap; the stream of the archive stays open. */
    @Override
    public void close() throws IOException {
        if (gzip != null) {
            gzip.close();
        }
    }

    private static final class Compressed extends InputStream {
        private final InputStream in;
        private long count;
        private long withoutOutput;
        private @Nullable IOException failure;

        Compressed(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (withoutOutput > MAX_BYTES_WITHOUT_OUTPUT) {
                throw new ArchiveException(
                        Problem.LIMIT, "Refused the archive: " + withoutOutput + " bytes of it hold nothing.");
            }
            try {
                int read = in.read(buffer, offset, length);
                count += Math.max(read, 0);
                withoutOutput += Math.max(read, 0);
                return read;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
