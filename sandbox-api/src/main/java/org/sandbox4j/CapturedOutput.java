package org.sandbox4j;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a command wrote to one of its streams, as bytes, as far as it was captured. Immutable.
 *
 * <p>A stream that was sent elsewhere, or that shares the other's target, has an empty capture.
 */
public final class CapturedOutput {
    private static final CapturedOutput NONE = new CapturedOutput(new byte[0], 0);

    private final byte[] bytes;
    private final long total;

    private CapturedOutput(byte[] bytes, long total) {
        this.bytes = bytes;
        this.total = total;
    }

    /**
     * Returns the capture of a stream that wrote nothing, or was not captured.
     *
     * @return an empty capture
     */
    public static CapturedOutput none() {
        return NONE;
    }

    /**
     * Returns a capture.
     *
     * @param bytes the bytes kept
     * @param total the number of bytes that the command wrote, at least as many as were kept
     * @return the capture
     * @throws IllegalArgumentException if more bytes were kept than written
     */
    public static CapturedOutput of(byte[] bytes, long total) {
        if (total < bytes.length) {
            throw new IllegalArgumentException(bytes.length + " bytes cannot be kept of " + total + ".");
        }
        return new CapturedOutput(bytes.clone(), total);
    }

    /**
     * Returns the bytes kept, the first that the command wrote.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns the bytes kept as UTF-8 text; what is not valid UTF-8 is replaced.
     *
     * @return the text
     */
    public String text() {
        return text(StandardCharsets.UTF_8);
    }

    /**
     * Returns the bytes kept as text.
     *
     * @param charset how the bytes are encoded
     * @return the text
     */
    public String text(Charset charset) {
        return new String(bytes, charset);
    }

    /**
     * Returns how many bytes the command wrote, kept or not.
     *
     * @return a number of bytes
     */
    public long totalBytes() {
        return total;
    }

    /**
     * Tells whether the command wrote more than was kept.
     *
     * @return true if bytes are missing at the end
     */
    public boolean truncated() {
        return total > bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CapturedOutput that && total == that.total && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bytes) + Long.hashCode(total);
    }

    /** Returns the text, cut in the middle when it is long. */
    @Override
    public String toString() {
        return TextCut.inTheMiddle(text(), 2000)
                + (truncated() ? " [" + bytes.length + " of " + total + " bytes kept]" : "");
    }
}
