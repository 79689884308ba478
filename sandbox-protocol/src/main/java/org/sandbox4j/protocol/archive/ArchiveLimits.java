package org.sandbox4j.protocol.archive;

/**
 * How large an archive may be, written or extracted. Immutable.
 *
 * @param maxEntries members
 * @param maxBytes bytes of all files together
 * @param maxRatio how many times larger the archive may become when it is decompressed; not looked at before
 *     {@link #RATIO_FLOOR} bytes
 * @param maxDepth names in a path
 * @param maxNameBytes bytes of a path or of the target of a link, in UTF-8; of one name in it 255 at most
 * @param maxHeaderBytes bytes of what precedes the content of a member: its header, long names, extended attributes
 */
public record ArchiveLimits(
        long maxEntries, long maxBytes, int maxRatio, int maxDepth, int maxNameBytes, int maxHeaderBytes) {
    /** Decompressed bytes, 64 MiB, before which the ratio is not looked at: a small file of zeros does no harm. */
    public static final long RATIO_FLOOR = 64L << 20;

    /** A million members, 16 GiB, ratio 200, depth 100, 4095 bytes of name, and 256 KiB of header. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(1_000_000, 16L << 30, 200, 100, 4095, 256 << 10);

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException if one is not positive, or a header could not be held by
     *     {@code maxHeaderBytes}, at least 1024
     */
    public ArchiveLimits {
        if (maxEntries <= 0 || maxBytes <= 0 || maxRatio <= 0 || maxDepth <= 0 || maxNameBytes <= 0) {
            throw new IllegalArgumentException("Limits of archives must be positive.");
        }
        if (maxHeaderBytes < 1024) {
            throw new IllegalArgumentException("At least 1024 bytes of header are needed: " + maxHeaderBytes);
        }
    }

    /**
     * Returns the same limits with another number of members.
     *
     * @param entries members
     * @return the new limits
     */
    public ArchiveLimits withMaxEntries(long entries) {
        return new ArchiveLimits(entries, maxBytes, maxRatio, maxDepth, maxNameBytes, maxHeaderBytes);
    }

    /**
     * Returns the same limits with another size.
     *
     * @param bytes bytes of all files together
     * @return the new limits
     */
    public ArchiveLimits withMaxBytes(long bytes) {
        return new ArchiveLimits(maxEntries, bytes, maxRatio, maxDepth, maxNameBytes, maxHeaderBytes);
    }

    /**
     * Returns the same limits with another ratio.
     *
     * @param ratio how many times larger the archive may become when it is decompressed
     * @return the new limits
     */
    public ArchiveLimits withMaxRatio(int ratio) {
        return new ArchiveLimits(maxEntries, maxBytes, ratio, maxDepth, maxNameBytes, maxHeaderBytes);
    }

    /**
     * Returns the same limits with another depth.
     *
     * @param depth names in a path
     * @return the new limits
     */
    public ArchiveLimits withMaxDepth(int depth) {
        return new ArchiveLimits(maxEntries, maxBytes, maxRatio, depth, maxNameBytes, maxHeaderBytes);
    }
}
