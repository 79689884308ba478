package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** What all commands of a request together may do. */
class TotalsIT {
    private static final int TOTAL = 100_000;
    private static final int MOST_COMMANDS = 4;
    private static final String SIXTY_THOUSAND = "head -c 60000 /dev/zero | tr '\\\\0' a";

    @TempDir
    private static Path data;

    private static SandboxHttpServer server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .requestOutput(TOTAL)
                .requestCommands(MOST_COMMANDS)
                .start();
        http = new RawHttp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply runs(List<SandboxCommand> commands) throws IOException {
        RootSettings settings = new RootSettings(List.of(), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
        RootRequest request = new RootRequest(commands, settings, Optional.empty(), List.of(), false);
        return http.post("/runs/", List.of(new Part("form-data; name=\"request\"", RootCodec.write(request))));
    }

    @Test
    void shellCommands_beyondTheTotal_endAsForTheirOwnLimit() throws IOException {
        Reply reply = http.execute(
                "{\"commands\": [\"%1$s\", \"-%1$s; sleep 60\", \"-%1$s\", \"true\"]}".formatted(SIXTY_THOUSAND));
        assertThat(reply.text())
                .containsPattern("\"exit_code\": 0, \"stdout\": \"a{60000}\"")
                .containsPattern("\"exit_code\": 137, \"stdout\": \"a{40000}\"")
                .containsPattern("\"exit_code\": 137, \"stdout\": \"\"")
                .contains("\"status\": 0");
    }

    @Test
    void commandsWithARoot_beyondTheTotal_goOnAndAreCut() throws IOException {
        SandboxCommand command = SandboxCommand.builder("sh", "-c", "head -c 60000 /dev/zero; head -c 10 /dev/zero >&2")
                .build();
        Stdio both = Stdio.capture(1_000_000);
        SandboxCommand merged = command.toBuilder().stdout(both).stderr(both).build();
        Reply reply = runs(List.of(command, merged, command));
        RootResponse response = RootCodec.readResponse(new ByteArrayInputStream(reply.content()), JsonLimits.DEFAULT);
        assertThat(response.results()).allMatch(SandboxResult::succeeded);
        assertThat(response.results())
                .extracting(result -> result.stdout().bytes().length)
                .containsExactly(60_000, TOTAL - 60_010, 0);
        assertThat(response.results())
                .extracting(result -> result.stdout().totalBytes())
                .containsExactly(60_000L, 60_010L, 60_000L);
        assertThat(response.results())
                .extracting(result -> result.stderr().totalBytes())
                .containsExactly(10L, 0L, 10L);
    }

    @Test
    void commands_tooMany_areRefusedBeforeAnyRuns() throws IOException {
        String shell = String.join(", ", Collections.nCopies(MOST_COMMANDS + 1, "\"true\""));
        Reply refused = http.execute("{\"commands\": [" + shell + "]}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).isEqualTo("A request to this server may have 4 commands, not 5. Send several.");
        Reply runs = runs(Collections.nCopies(
                MOST_COMMANDS + 1, SandboxCommand.builder("true").build()));
        assertThat(runs.status()).isEqualTo(400);
        assertThat(runs.text()).isEqualTo(refused.text());
    }

    /** 128 MB of output in a JVM of 128 MiB. */
    @Test
    void output_beyondTheHeap_isCut(@TempDir Path directory) throws Exception {
        String command = "\"-head -c 16000000 /dev/zero | tr '\\\\0' a\"";
        try (ServerProcess small = ServerProcess.start(directory.resolve("data"), directory.resolve("output"))) {
            Reply reply = small.http()
                    .execute("{\"commands\": [" + String.join(", ", Collections.nCopies(8, command)) + "]}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.content()).hasSizeBetween(16_000_000, 16 << 20 | 0xFFFF);
            assertThat(small.http().get("/metrics").text()).contains("sandbox_held_bytes 0\n");
        }
    }

    @Test
    void whatIsHeld_isGivenBackWhenRequestsAreAnswered() throws IOException {
        http.execute("{\"commands\": [\"echo x\"]}");
        assertThat(http.get("/metrics").text()).contains("sandbox_held_bytes 0\n");
    }

    @Test
    void offer_tellsOfTheTotals() throws IOException {
        assertThat(http.get("/runs/").text()).contains("\"request_output_bytes\":100000,\"commands\":4");
    }
}
