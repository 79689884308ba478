package org.sandbox4j.remote;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to run something. Its length is known, since servers read one of unknown length as empty. The
 * configuration comes last: without all of it nothing runs, so that what was cut off did not run with half an upload.
 */
final class Multipart {
    private final String boundary;

    private Multipart(String boundary) {
        this.boundary = boundary;
    }

    static Multipart withRandomBoundary() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return new Multipart("sandbox4j-" + HexFormat.of().formatHex(random));
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    BodyPublisher body(String name, byte[] config, @Nullable BodyPublisher environment) {
        BodyPublisher last = BodyPublishers.concat(
                lines("--" + boundary, "Content-Disposition: form-data; name=\"" + name + "\"", "", ""),
                BodyPublishers.ofByteArray(config),
                lines("", "--" + boundary + "--", ""));
        if (environment == null) {
            return last;
        }
        // Without a file name, servers would ignore the upload.
        String disposition = "Content-Disposition: form-data; name=\"environment\"; filename=\"environment.tgz\"";
        BodyPublisher header = lines("--" + boundary, disposition, "Content-Type: application/gzip", "", "");
        return BodyPublishers.concat(header, environment, lines("", ""), last);
    }

    private static BodyPublisher lines(String... lines) {
        return BodyPublishers.ofByteArray(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
    }
}
