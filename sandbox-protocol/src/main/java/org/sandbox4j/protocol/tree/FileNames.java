package org.sandbox4j.protocol.tree;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names of files as text, whatever the locale of the JVM: with {@code LANG=C} the JVM itself could express ASCII names alone.
 *
 * <p>To the kernel, a name is bytes. Their text is what they say as UTF-8; each byte that is no part of any UTF-8 is a low surrogate
 * of its own, U+DC80 to U+DCFF, which no text has otherwise. So each name has one text, and each such text one name.
 *
 * @see <a href="https://peps.python.org/pep-0383/">PEP 383, Non-decodable bytes in system character interfaces</a>
 */
public final class FileNames {
    private static final char FIRST_ESCAPE = '\uDC80';
    private static final char LAST_ESCAPE = '\uDCFF';
    private static final int ESCAPE_BASE = 0xDC00;

    private FileNames() {}

    /**
     * Returns a path as text.
     *
     * @param path a name, a path, or what a link leads to
     * @return its text
     */
    public static String text(Path path) {
        String text = path.toString();
        return isAscii(text) ? text : decode(bytes(path));
    }

    /**
     * Returns the path that has a text.
     *
     * @param text as {@link #text} returns it
     * @return the path
     */
    public static Path path(String text) {
        if (isAscii(text)) {
            return Path.of(text);
        }
        boolean absolute = text.startsWith("/");
        StringBuilder uri = new StringBuilder(absolute ? "file://" : "file:///");
        for (byte octet : encode(text)) {
            uri.append(octet == '/' ? "/" : String.format("%%%02X", octet));
        }
        Path path = Path.of(URI.create(uri.toString()));
        return absolute ? path : path.getRoot().relativize(path);
    }

    /** The JDK shows the bytes of a path in its URI alone. */
    private static byte[] bytes(Path path) {
        Path absolute = path.isAbsolute() ? path : Path.of("/").resolve(path);
        String raw = absolute.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // It adds a slash when there happens to be a directory of that name.
        int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
        for (int i = path.isAbsolute() ? 0 : 1; i < end; i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /**
     * Returns the text of bytes.
     *
     * @param bytes a name or path as the kernel has it
     * @return its text
     */
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        for (CoderResult result = decoder.decode(in, out, true);
                result.isMalformed();
                result = decoder.decode(in, out, true)) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE_BASE + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    /**
     * Returns the text of bytes that are UTF-8.
     *
     * @param bytes any bytes
     * @return their text, or nothing if they are something else
     */
    public static Optional<String> decodeStrictly(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the bytes of a text.
     *
     * @param text the text
     * @return what {@link #decode} makes that text of
     */
    public static byte[] encode(String text) {
        if (isUtf8(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                bytes.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(i) - ESCAPE_BASE);
                start = i + 1;
            }
        }
        bytes.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /**
     * Tells whether a text has no bytes that are no UTF-8.
     *
     * @param text the text of a name
     * @return false if it has any
     */
    public static boolean isUtf8(String text) {
        return text.chars().noneMatch(c -> c >= FIRST_ESCAPE && c <= LAST_ESCAPE)
                || StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /**
     * Tells whether a text can be that of a name.
     *
     * @param text any text
     * @return false if it has other halves of surrogate pairs, or escapes what would be UTF-8
     */
    public static boolean isText(String text) {
        return isAscii(text) || text.equals(decode(encode(text)));
    }

    private static boolean isEscape(String text, int index) {
        char c = text.charAt(index);
        return c >= FIRST_ESCAPE
                && c <= LAST_ESCAPE
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
