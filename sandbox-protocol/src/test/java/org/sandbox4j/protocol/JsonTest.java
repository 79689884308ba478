package org.sandbox4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final JsonLimits SMALL = new JsonLimits(100_000, 10, 1000, 100);

    private static Object parse(String json) throws IOException {
        return Json.parse(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), SMALL);
    }

    private static void assertRefused(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void values_haveTheirTypes() throws IOException {
        assertThat(parse("{\"a\": [1, 12345678901, 1.5, true, null, \"x\"], \"a\": {\"b\": []}, \"c\": -1}"))
                .isEqualTo(Map.of("a", Map.of("b", List.of()), "c", -1L));
        assertThat(parse("[1, 12345678901, 1.5, true, null, \"x\"]"))
                .isEqualTo(Arrays.asList(1L, 12345678901L, 1.5, true, null, "x"));
    }

    @Test
    void depth_isBounded() throws IOException {
        assertThat(parse("[".repeat(10) + "]".repeat(10))).isNotNull();
        assertRefused("[".repeat(11) + "]".repeat(11));
        assertRefused("{\"a\":".repeat(50_000));
    }

    @Test
    void stringLength_isBounded() throws IOException {
        assertThat(parse("\"" + "x".repeat(1000) + "\"")).isEqualTo("x".repeat(1000));
        assertRefused("\"" + "x".repeat(20_000) + "\"");
    }

    @Test
    void numberOfValues_isBounded() throws IOException {
        assertThat(parse("[" + "1,".repeat(90) + "1]")).isNotNull();
        assertRefused("[" + "1,".repeat(100) + "1]");
    }

    @Test
    void endlessText_isRefusedAfterTheLimit() {
        Endless endless = new Endless();
        assertThatThrownBy(() -> Json.parse(endless, SMALL)).isInstanceOf(WireFormatException.class);
        assertThat(endless.given).isLessThan(SMALL.maxBytes() + 100_000);
    }

    @Test
    void brokenText_isRefused() {
        List.of("", " ", "tru", "[1,]", "{\"a\" 1}", "[1] 2", "NaN", "'x'", "// x\n1", "\"\u0001\"", "01", "[")
                .forEach(JsonTest::assertRefused);
    }

    @Test
    void otherEncodings_areRefused() {
        byte[] withZeros = {'{', 0, 0, 0, '"', 't', 'r', '"'};
        for (byte[] text : List.of(
                "[1]".getBytes(StandardCharsets.UTF_16LE), "[1]".getBytes(StandardCharsets.UTF_16), withZeros)) {
            assertThatThrownBy(() -> Json.parse(new ByteArrayInputStream(text), SMALL))
                    .isInstanceOf(WireFormatException.class);
        }
        byte[] badUtf8 = {'"', (byte) 0xC3, '"'};
        assertThatThrownBy(() -> Json.parse(new ByteArrayInputStream(badUtf8), SMALL))
                .isInstanceOf(WireFormatException.class);
    }

    /** With a fixed seed: the same texts in each run. */
    @Test
    void mutatedText_isReadOrRefused() throws IOException {
        byte[] text = "{\"a\": [1, 2.5e3, \"x\\u00e9\\n\"], \"b\": {\"c\": null, \"d\": true}}"
                .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = text.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                Json.parse(new ByteArrayInputStream(mutated), SMALL);
            } catch (WireFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 19_999);
    }

    /** White space for ever. */
    private static final class Endless extends InputStream {
        private long given;

        @Override
        public int read() {
            given++;
            return ' ';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) ' ');
            given += length;
            return length;
        }
    }
}
