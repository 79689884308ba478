package org.sandbox4j.protocol.archive;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/**
 * Extended headers of our own, for what the standard's cannot say: names that are no UTF-8. Their values are the bytes of the name
 * with all but a few of them as {@code %XX}. In the standard's headers such a name has U+FFFD, which no reader takes for the name.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03">pax, extended header
 *     keywords, those of vendors</a>
 */
final class OwnHeaders {
    private static final String PATH = "SANDBOX4J.path";
    private static final String LINK_PATH = "SANDBOX4J.linkpath";
    private static final String REPLACEMENT = "\uFFFD";

    private OwnHeaders() {}

    /** The name for the standard's headers. */
    static String standardName(String text) {
        return FileNames.isUtf8(text) ? text : text.replaceAll("(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]", REPLACEMENT);
    }

    static void addPath(TarArchiveEntry entry, String text) {
        add(entry, PATH, text);
    }

    static void addLinkPath(TarArchiveEntry entry, String text) {
        add(entry, LINK_PATH, text);
    }

    private static void add(TarArchiveEntry entry, String key, String text) {
        if (!FileNames.isUtf8(text)) {
            entry.addPaxHeader(key, encoded(text));
        }
    }

    static Optional<String> path(TarArchiveEntry entry) {
        return decoded(entry.getExtraPaxHeader(PATH));
    }

    static Optional<String> linkPath(TarArchiveEntry entry) {
        return decoded(entry.getExtraPaxHeader(LINK_PATH));
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : FileNames.encode(text)) {
            boolean plain = octet == '/' || octet == '.' || (octet > 0 && Character.isLetterOrDigit(octet));
            encoded.append(plain ? Character.toString(octet) : String.format("%%%02X", octet));
        }
        return encoded.toString();
    }

    private static Optional<String> decoded(@Nullable String value) {
        if (value == null) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' && value.substring(i + 1).matches("(?s)[0-9A-F]{2}.*")) {
                bytes.write(Integer.parseInt(value, i + 1, i + 3, 16));
                i += 2;
            } else if (c != '%' && c < 0x80) {
                bytes.write(c);
            } else {
                throw ArchiveException.at(value, Problem.MALFORMED, "its name is not encoded as it should be.");
            }
        }
        return Optional.of(FileNames.decode(bytes.toByteArray()));
    }
}
