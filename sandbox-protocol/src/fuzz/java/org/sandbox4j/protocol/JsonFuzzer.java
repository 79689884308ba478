package org.sandbox4j.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server answers, nothing but a refusal is thrown. */
class JsonFuzzer {
    private static final JsonLimits LIMITS = new JsonLimits(100_000, 10, 10_000, 1000);

    private interface Reader {
        void read(ByteArrayInputStream json, JsonLimits limits) throws IOException;
    }

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "{\"status\": 1, \"execution\": [{\"command\": \"x\", \"exit_code\": 0, \"stdout\": \"\\u00e9\","
                                + " \"stderr\": \"\", \"time\": 0.1}], \"total_time\": 1e0, \"environment\":"
                                + " \"2e4b6ff2-35a6-4f5c-9f5e-3a8a5d3c1a10\", \"expire\":"
                                + " \"2026-11-22T21:22:01.241696+00:00\", \"result\": \"\"}",
                        "{\"libraries\": {\"c\": {\"a\": \"?\"}}, \"bin\": [\"x\"]}",
                        "{\"cpu\": {\"frequency\": 1.5, \"usage\": 0, \"usage_avg\": [1]}, \"memory\": {\"ram\": 1,"
                                + " \"swap\": 0, \"storage\": {\"/dev/vda\": 1}}, \"io\": {\"read_iops\": []},"
                                + " \"network\": {}, \"process\": 1, \"container\": 0}")
                .map(json -> Arguments.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void read_anything_givesAValueOrIsRefused(byte[] json) throws IOException {
        read(json, WireCodec::readExecuteResponse);
        read(json, WireCodec::readLibraries);
        read(json, WireCodec::readUsages);
        read(json, WireCodec::readSpecifications);
    }

    private static void read(byte[] json, Reader reader) throws IOException {
        try {
            reader.read(new ByteArrayInputStream(json), LIMITS);
        } catch (WireFormatException e) {
            // Refused.
        }
    }
}
