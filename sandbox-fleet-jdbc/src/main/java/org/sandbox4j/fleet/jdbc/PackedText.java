package org.sandbox4j.fleet.jdbc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Any text as bytes: NUL, which PostgreSQL has no text with, and halves of surrogate pairs, which UTF-8 has no bytes for, come
 * back as they were. Long ones are compressed if that makes them shorter.
 *
 * <p>The first byte says how: 0 is UTF-8 and 2 is UTF-16, each compressed if it is one more; then, four bytes have the length.
 */
final class PackedText {
    private static final int UTF_8 = 0;
    private static final int UTF_16 = 2;
    private static final int COMPRESSED = 1;
    private static final int SHORT = 128;

    private PackedText() {}

    static byte[] pack(String text) {
        Optional<ByteBuffer> utf8 = utf8(text);
        byte[] plain = utf8.map(PackedText::bytes).orElseGet(() -> utf16(text));
        int encoding = utf8.isPresent() ? UTF_8 : UTF_16;
        byte[] packed = plain.length > SHORT ? compressed(encoding, plain) : plain;
        return packed.length < plain.length
                ? packed
                : ByteBuffer.allocate(1 + plain.length)
                        .put((byte) encoding)
                        .put(plain)
                        .array();
    }

    private static Optional<ByteBuffer> utf8(String text) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The charset of that name would put U+FFFD where half a pair is. */
    private static byte[] utf16(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Character.BYTES, text.length()));
        bytes.asCharBuffer().put(text);
        return bytes.array();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] compressed(int encoding, byte[] plain) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
            out.write(encoding | COMPRESSED);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(plain.length).array());
            byte[] chunk = new byte[8192];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    static String unpack(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed);
        int kind = in.get();
        byte[] plain = (kind & COMPRESSED) == 0 ? bytes(in) : decompressed(in);
        return (kind & UTF_16) == 0
                ? new String(plain, StandardCharsets.UTF_8)
                : ByteBuffer.wrap(plain).asCharBuffer().toString();
    }

    static Optional<String> unpackIfAny(byte @Nullable [] packed) {
        return packed == null ? Optional.empty() : Optional.of(unpack(packed));
    }

    private static byte[] decompressed(ByteBuffer in) {
        byte[] plain = new byte[in.getInt()];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(in);
            int length = 0;
            while (length < plain.length) {
                int more = inflater.inflate(plain, length, plain.length - length);
                if (more == 0) {
                    throw new DataFormatException("it ends too early");
                }
                length += more;
            }
            return plain;
        } catch (DataFormatException e) {
            throw Failures.damaged("a compressed text", e);
        } finally {
            inflater.end();
        }
    }
}
