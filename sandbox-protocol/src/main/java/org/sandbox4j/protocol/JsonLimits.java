package org.sandbox4j.protocol;

/**
 * How much JSON is taken in before it is refused. Immutable.
 *
 * @param maxBytes bytes of the whole text
 * @param maxDepth arrays and objects inside one another
 * @param maxStringLength characters of one string
 * @param maxValues names, values, and ends of arrays and objects, all counted
 */
public record JsonLimits(long maxBytes, int maxDepth, int maxStringLength, int maxValues) {
    /** 64 MiB, 32 levels, 48 Mi characters in one string, and a million values. */
    public static final JsonLimits DEFAULT = new JsonLimits(64L << 20, 32, 48 << 20, 1_000_000);

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public JsonLimits {
        if (maxBytes <= 0 || maxDepth <= 0 || maxStringLength <= 0 || maxValues <= 0) {
            throw new IllegalArgumentException("Limits must be positive: " + maxBytes + " bytes, " + maxDepth
                    + " levels, " + maxStringLength + " characters, " + maxValues + " values.");
        }
    }

    /**
     * Returns the same limits with another number of bytes.
     *
     * @param bytes bytes of the whole text
     * @return the new limits
     */
    public JsonLimits withMaxBytes(long bytes) {
        return new JsonLimits(bytes, maxDepth, maxStringLength, maxValues);
    }
}
