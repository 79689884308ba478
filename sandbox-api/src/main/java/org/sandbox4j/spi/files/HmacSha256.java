package org.sandbox4j.spi.files;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The message authentication code of RFC 2104. That of javax.crypto takes a JVM tens of milliseconds to load. */
final class HmacSha256 {
    private static final int BLOCK = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private HmacSha256() {}

    /**
     * Computes a code.
     *
     * @param key at most 64 bytes
     */
    static byte[] of(byte[] key, byte[] message) {
        if (key.length > BLOCK) {
            throw new IllegalArgumentException("A key has at most " + BLOCK + " bytes, not " + key.length + ".");
        }
        MessageDigest digest = sha256();
        digest.update(padded(key, INNER));
        byte[] inner = digest.digest(message);
        digest.update(padded(key, OUTER));
        return digest.digest(inner);
    }

    private static byte[] padded(byte[] key, byte pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= pad;
        }
        return block;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256, but this one has not.", e);
        }
    }
}
