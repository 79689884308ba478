package org.sandbox4j.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON of unknown origin into maps, lists, strings, numbers and truth values, within limits. Thread-safe.
 *
 * <p>As with Python's reader, of several members with the same name the last one counts.
 */
public final class Json {
    private final JsonParser parser;
    private final JsonLimits limits;
    private int values;

    private Json(JsonParser parser, JsonLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    /**
     * Reads one value and the end of the text after it.
     *
     * @param in the text, in UTF-8; it is not closed
     * @param limits how much is taken in
     * @return a {@link Map} in the order of the text, {@link List}, {@link String}, {@link Boolean}, {@link Long},
     *     {@link java.math.BigInteger}, {@link Double}, or null
     * @throws WireFormatException if it is not JSON, ends early, or goes beyond the limits
     * @throws IOException if reading fails
     */
    public static @Nullable Object parse(InputStream in, JsonLimits limits) throws IOException {
        try (JsonParser parser = factory(limits).createParser(in)) {
            return new Json(parser, limits).document();
        } catch (JsonProcessingException e) {
            throw new WireFormatException("Not JSON, or too much of it: " + e.getOriginalMessage() + place(e), e);
        }
    }

    private static JsonFactory factory(JsonLimits limits) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxDocumentLength(limits.maxBytes())
                .maxNestingDepth(limits.maxDepth())
                .maxStringLength(limits.maxStringLength())
                .build();
        return JsonFactory.builder()
                // The default keeps buffers in variables of its users' threads, and with them the class loader.
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .streamReadConstraints(constraints)
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // It is UTF-8. Others would fail in ways of their own.
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                // Names of a server's choice would stay in a table that outlives them.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private @Nullable Object document() throws IOException {
        Object value = value(next());
        if (parser.nextToken() != null) {
            throw new WireFormatException("Something follows the JSON value.", null);
        }
        return value;
    }

    private JsonToken next() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new WireFormatException("The JSON text is empty.", null);
        }
        if (++values > limits.maxValues()) {
            throw new WireFormatException("More than " + limits.maxValues() + " values in the JSON text.", null);
        }
        return token;
    }

    private @Nullable Object value(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberValue() instanceof Integer small
                        ? (Object) Long.valueOf(small)
                        : parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Map<String, @Nullable Object> object() throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            members.put(name, value(next()));
        }
        return members;
    }

    private List<@Nullable Object> array() throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            elements.add(value(token));
        }
        return elements;
    }
}
