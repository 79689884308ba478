package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The header that names a download: not quoted, and encoded as a whole when Latin-1 cannot express it. */
final class ContentDisposition {
    static final String HEADER = "Content-Disposition";

    private ContentDisposition() {}

    static String attachment(String fileName) {
        String value = "attachment; filename=" + fileName;
        return StandardCharsets.ISO_8859_1.newEncoder().canEncode(value)
                ? value
                : "=?utf-8?b?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
