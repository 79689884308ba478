package org.sandbox4j.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Turns the protocol's values into JSON and back. Thread-safe.
 *
 * <p>Readers ignore members that they do not know, and throw {@link WireFormatException} for what is no JSON, lacks a member
 * or has one of another type. Written texts look as Python writes them: ASCII, with a space after each comma and colon.
 */
public final class WireCodec {
    private WireCodec() {}

    /**
     * Reads the answer to {@code GET /specifications/}.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the specifications
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static Specifications readSpecifications(InputStream json, JsonLimits limits) throws IOException {
        return WireReader.specifications(root(json, limits));
    }

    /**
     * Reads the answer to {@code GET /usages/}.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the usages
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static Usages readUsages(InputStream json, JsonLimits limits) throws IOException {
        return WireReader.usages(root(json, limits));
    }

    /**
     * Reads the answer to {@code GET /libraries/}.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the libraries
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static Libraries readLibraries(InputStream json, JsonLimits limits) throws IOException {
        return WireReader.libraries(root(json, limits));
    }

    /**
     * Reads the answer to {@code POST /execute/}.
     *
     * @param json the text
     * @param limits how much is taken in
     * @return the response
     * @throws IOException if reading fails
     * @throws WireFormatException if it is something else
     */
    public static ExecuteResponse readExecuteResponse(InputStream json, JsonLimits limits) throws IOException {
        return WireReader.executeResponse(root(json, limits));
    }

    private static JsonObject root(InputStream json, JsonLimits limits) throws IOException {
        return JsonObject.of(Json.parse(json, limits), "");
    }

    /**
     * Writes a request.
     *
     * @param request the request
     * @return its JSON, ASCII
     */
    public static byte[] write(ExecuteRequest request) {
        return write(writer -> writer.request(request));
    }

    /**
     * Writes a response.
     *
     * @param response the response
     * @return its JSON, ASCII
     */
    public static byte[] write(ExecuteResponse response) {
        return write(writer -> writer.response(response));
    }

    /**
     * Writes specifications.
     *
     * @param specifications the specifications
     * @return their JSON, ASCII
     */
    public static byte[] write(Specifications specifications) {
        return write(writer -> writer.specifications(specifications));
    }

    /**
     * Writes usages.
     *
     * @param usages the usages
     * @return their JSON, ASCII
     */
    public static byte[] write(Usages usages) {
        return write(writer -> writer.usages(usages));
    }

    /**
     * Writes libraries.
     *
     * @param libraries the libraries
     * @return their JSON, ASCII
     */
    public static byte[] write(Libraries libraries) {
        return write(writer -> writer.libraries(libraries));
    }

    private interface Text {
        void write(WireWriter writer) throws IOException;
    }

    private static byte[] write(Text text) {
        try (WireWriter writer = new WireWriter()) {
            text.write(writer);
            return writer.toBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory cannot fail.", e);
        }
    }
}
