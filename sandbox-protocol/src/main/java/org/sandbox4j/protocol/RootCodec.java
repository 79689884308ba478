package org.sandbox4j.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Turns requests with a root file system of their own, and their responses, into JSON and back. Thread-safe.
 *
 * <p>Readers ignore members that they do not know, and throw {@link WireFormatException} for what is no JSON, lacks a member
 * or has one that cannot be.
 */
public final class RootCodec {
    /** Names of files may have halves of surrogate pairs, which UTF-8 cannot express. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private RootCodec() {}

    /**
     * Writes a request.
     *
     * @param request the request
     * @return its JSON, UTF-8
     * @throws IllegalArgumentException if a command's input or output is a file or a stream
     */
    public static byte[] write(RootRequest request) {
        return write(json -> RootWriter.request(json, request));
    }

    /**
     * Writes a response.
     *
     * @param response the response
     * @return its JSON, UTF-8
     */
    public static byte[] write(RootResponse response) {
        return write(json -> RootWriter.response(json, response));
    }

    /**
     * Reads a request.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the request
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static RootRequest readRequest(InputStream json, JsonLimits limits) throws IOException {
        try {
            return RootReader.request(JsonObject.of(Json.parse(json, limits), ""));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads a response.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the response
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static RootResponse readResponse(InputStream json, JsonLimits limits) throws IOException {
        try {
            return RootReader.response(JsonObject.of(Json.parse(json, limits), ""));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads one line of the stream that answers a run.
     *
     * @param line the line
     * @param limits how much is taken in
     * @return what it tells
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static RunEvent readEvent(InputStream line, JsonLimits limits) throws IOException {
        try {
            return RootReader.event(JsonObject.of(Json.parse(line, limits), ""));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads what a server offers.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the offer
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static RootOffer readOffer(InputStream json, JsonLimits limits) throws IOException {
        return RootReader.offer(JsonObject.of(Json.parse(json, limits), ""));
    }

    private interface Text {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private static byte[] write(Text text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            text.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory cannot fail.", e);
        }
        return bytes.toByteArray();
    }
}
