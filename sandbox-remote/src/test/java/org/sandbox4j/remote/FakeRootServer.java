package org.sandbox4j.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Answers as a server with the extension {@code root}, whose commands change what a test says. */
final class FakeRootServer {
    static final UUID ENVIRONMENT = UUID.fromString("0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e");

    private static final String EXTENSIONS =
            ", \"extensions\": [\"root\", \"delta\", \"stream\", \"cancel\", \"delete\", \"input\", \"signals\", \"terminal\"]}";
    private static final String OFFER = "{\"isolation\": [\"FILESYSTEM\", \"OF_LATER\"], \"output_bytes\": 1000,"
            + " \"upload_bytes\": 1000000, \"budget\": 60000000000}";
    private static final String RESULT = "{\"exited\": 0, \"stdout\": \"\", \"stdout_total\": 0, \"stderr\": \"\","
            + " \"stderr_total\": 0, \"wall\": 1000, \"unenforced\": []}";

    private FakeRootServer() {}

    /** Routes what is not a run or the download of changes; those two are the test's. */
    static FakeServer answering(FakeServer.Script run, FakeServer.Script changes) throws IOException {
        return FakeServer.answering(exchange -> {
            String line = exchange.request().line();
            if (line.startsWith("POST /runs/")) {
                run.answer(exchange);
            } else if (line.contains("/changes/")) {
                changes.answer(exchange);
            } else if (line.startsWith("GET /specifications/")) {
                String plain = Answers.SPECIFICATIONS;
                FakeServer.json(plain.substring(0, plain.length() - 1) + EXTENSIONS)
                        .answer(exchange);
            } else if (line.startsWith("GET /runs/")) {
                FakeServer.json(OFFER).answer(exchange);
            } else {
                exchange.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        });
    }

    /** The events of a run, the last of which may be cut off. */
    static FakeServer.Script events(String... lines) {
        return FakeServer.raw("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
                + String.join("\n", lines) + "\n");
    }

    static String begun() {
        return "{\"run\":\"" + UUID.randomUUID() + "\"}";
    }

    /** The end of a run that succeeded and changed something. */
    static String ended(int entries, String... deleted) {
        String names = List.of(deleted).stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
        return "{\"response\":{\"results\":[" + RESULT + "],\"environment\":\"" + ENVIRONMENT
                + "\",\"expire\":\"2030-01-01T00:00:00Z\",\"changes\":{\"entries\":" + entries + ",\"deleted\":["
                + names + "]}}}";
    }

    static FakeServer.Script archive(byte[] bytes) {
        return exchange -> {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes(("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            answer.writeBytes(bytes);
            exchange.send(answer.toByteArray());
        };
    }
}
