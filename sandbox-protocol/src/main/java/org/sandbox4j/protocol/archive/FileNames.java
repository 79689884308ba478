package org.sandbox4j.protocol.archive;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names of files as UTF-8, whatever the locale of the JVM: with LANG=C it could express ASCII names alone. The detour over
 * URIs, which have the bytes of a name, is taken for other names only.
 */
final class FileNames {
    private FileNames() {}

    /** A name, or the text of a link, as a path. */
    static Path path(String text) {
        if (isAscii(text)) {
            return Path.of(text);
        }
        boolean absolute = text.startsWith("/");
        StringBuilder uri = new StringBuilder(absolute ? "file://" : "file:///");
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            uri.append(octet == '/' ? "/" : String.format("%%%02X", octet));
        }
        Path path = Path.of(URI.create(uri.toString()));
        return absolute ? path : path.getRoot().relativize(path);
    }

    /** The text of a name or a link, or nothing if it is no UTF-8. */
    static Optional<String> text(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return Optional.of(text);
        }
        Path absolute = path.isAbsolute() ? path : Path.of("/").resolve(path);
        String raw = absolute.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = path.isAbsolute() ? 0 : 1; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return decode(bytes.toByteArray()).map(decoded -> withoutSlashOfDirectories(decoded));
    }

    /** The JDK adds a slash when there happens to be a directory of that name. */
    private static String withoutSlashOfDirectories(String decoded) {
        return decoded.endsWith("/") ? decoded.substring(0, decoded.length() - 1) : decoded;
    }

    /** Nothing, if they are no UTF-8. */
    static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
