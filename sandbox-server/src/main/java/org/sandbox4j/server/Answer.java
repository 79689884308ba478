package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with. Immutable, but a body that is a stream can be sent once.
 *
 * @param status the HTTP status
 * @param headers headers by name, in order
 * @param body what follows them
 */
record Answer(int status, Map<String, String> headers, Body body) {
    private static final String CONTENT_TYPE = "Content-Type";

    /** What follows the headers. */
    sealed interface Body {}

    /** Bytes in memory. */
    static final class Bytes implements Body {
        final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }
    }

    /** So many bytes from a stream, which is closed after them. */
    record Stream(InputStream content, long length) implements Body {}

    /** As many bytes as are written until the writer returns, sent as they come. */
    record Flow(Writer writer) implements Body {}

    /** Writes a body of unknown length. */
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    static Answer line(int status, String text) {
        return of(status, "text/html; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer page(int status, String html) {
        return of(status, "text/html", html.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(byte[] json) {
        return of(200, "application/json", json);
    }

    static Answer text(String text) {
        return of(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new Bytes(new byte[0]));
    }

    static Answer of(int status, String contentType, byte[] content) {
        return new Answer(status, Map.of(CONTENT_TYPE, contentType), new Bytes(content));
    }

    static Answer stream(String contentType, InputStream content, long length) {
        return stream(200, contentType, content, length);
    }

    static Answer stream(int status, String contentType, InputStream content, long length) {
        return new Answer(status, Map.of(CONTENT_TYPE, contentType), new Stream(content, length));
    }

    static Answer flow(String contentType, Writer writer) {
        return new Answer(200, Map.of(CONTENT_TYPE, contentType), new Flow(writer));
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }
}
