package org.sandbox4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;

class RootCodecTest {
    private static final UUID ID = UUID.fromString("0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e");

    private static RootRequest readRequest(byte[] json) throws IOException {
        return RootCodec.readRequest(new ByteArrayInputStream(json), JsonLimits.DEFAULT);
    }

    @Test
    void request_writtenAndRead_isTheSame() throws IOException {
        SandboxCommand command = SandboxCommand.builder("make", "", "é\n")
                .flags(SandboxFlags.ROOT_READ_ONLY, SandboxFlags.NETWORK_ENABLED)
                .workDirectory("/src")
                .environment(Map.of("A", "b=\n"))
                .stdin(Stdio.bytes(new byte[] {0, -1}))
                .stdout(Stdio.capture(7))
                .stderr(Stdio.capture(8))
                .timeout(Duration.ofNanos(1_500_000_001))
                .limits(ResourceLimits.builder()
                        .limit(Resource.MEMORY, 5, Enforcement.BEST_EFFORT)
                        .limit(Resource.PROCESSES, 6)
                        .build())
                .terminal(80, 24)
                .mayFail(true)
                .label("it")
                .build();
        RootSettings settings = new RootSettings(
                List.of("/out"), 3, 4, "box", Optional.of(SeccompProfile.STRICT), Personality.LINUX32, true);
        byte[] json = RootCodec.write(
                new RootRequest(List.of(command), settings, Optional.of(ID), List.of("a/b", "c"), true));
        RootRequest read = readRequest(json);
        assertThat(RootCodec.write(read)).asString().isEqualTo(new String(json, StandardCharsets.UTF_8));
        assertThat(read.settings()).isEqualTo(settings);
        assertThat(read.environment()).contains(ID);
        assertThat(read.deleted()).containsExactly("a/b", "c");
        assertThat(read.commands().get(0).arguments()).containsExactly("make", "", "é\n");
        assertThat(read.commands().get(0).timeout()).contains(Duration.ofNanos(1_500_000_001));
        assertThat(read.commands().get(0).limits()).isEqualTo(command.limits());
    }

    @Test
    void request_withLiveInput_staysLive() throws IOException {
        SandboxCommand command =
                SandboxCommand.builder("cat").stdin(Stdio.pipe()).build();
        byte[] json = RootCodec.write(
                new RootRequest(List.of(command), RootSettings.DEFAULT, Optional.empty(), List.of(), false));
        assertThat(readRequest(json).commands().get(0).stdin()).contains(Stdio.pipe());
    }

    @Test
    void request_withLittle_hasDefaults() throws IOException {
        RootRequest request =
                readRequest("{\"commands\": [{\"arguments\": [\"true\"]}]}".getBytes(StandardCharsets.UTF_8));
        assertThat(request.settings()).isEqualTo(RootSettings.DEFAULT);
        assertThat(request.save()).isFalse();
        assertThat(request.commands().get(0).environment()).isEmpty();
    }

    @Test
    void outputs_merged_stayOne() throws IOException {
        Stdio both = Stdio.capture(9);
        SandboxCommand command =
                SandboxCommand.builder("x").stdout(both).stderr(both).build();
        SandboxCommand read = readRequest(RootCodec.write(
                        new RootRequest(List.of(command), RootSettings.DEFAULT, Optional.empty(), List.of(), false)))
                .commands()
                .get(0);
        assertThat(read.stdout().orElseThrow()).isSameAs(read.stderr().orElseThrow());
    }

    @Test
    void values_thatCannotBe_areRefused() {
        for (String json : List.of(
                "[]",
                "{}",
                "{\"commands\": []}",
                "{\"commands\": [{\"arguments\": []}]}",
                "{\"commands\": [{\"arguments\": [\"a\"], \"flags\": [\"NO_SUCH\"]}]}",
                "{\"commands\": [{\"arguments\": [\"a\"], \"directory\": \"../x\"}]}",
                "{\"commands\": [{\"arguments\": [\"a\"], \"stdin\": \"?\"}]}",
                "{\"commands\": [{\"arguments\": [\"a\"]}], \"environment\": \"x\"}")) {
            assertThatThrownBy(() -> readRequest(json.getBytes(StandardCharsets.UTF_8)))
                    .as(json)
                    .isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void response_writtenAndRead_isTheSame() throws IOException {
        ResourceUsage usage = new ResourceUsage(
                Duration.ofNanos(7), Optional.of(Duration.ofNanos(8)), Optional.empty(), OptionalLong.of(9));
        CapturedOutput stdout = CapturedOutput.of(new byte[] {0, (byte) 0xff, 10}, 5);
        List<SandboxResult> results = List.<Termination>of(
                        new Termination.Exited(137),
                        new Termination.Signalled(9),
                        new Termination.TimedOut(Duration.ofNanos(1)),
                        new Termination.LimitExceeded(Resource.MEMORY))
                .stream()
                .map(end -> SandboxResult.of(end, stdout, CapturedOutput.none(), usage)
                        .withUnenforced(Set.of(Resource.PROCESSES)))
                .toList();
        RootResponse response = new RootResponse(
                results,
                Optional.of(new RootResponse.Failure(
                        "missing-command", "no", Optional.of(CommandNotFoundException.Problem.MISSING))),
                Optional.of(new SavedEnvironment(ID, Instant.parse("2026-01-02T03:04:05.678Z"))),
                Optional.of(new RootResponse.Changes(3, List.of("a", "b/c"))));
        byte[] json = RootCodec.write(response);
        RootResponse read = RootCodec.readResponse(new ByteArrayInputStream(json), JsonLimits.DEFAULT);
        assertThat(RootCodec.write(read)).asString().isEqualTo(new String(json, StandardCharsets.UTF_8));
        assertThat(read.failure()).isEqualTo(response.failure());
        assertThat(read.environment()).isEqualTo(response.environment());
        assertThat(read.changes()).isEqualTo(response.changes());
        assertThat(read.results().stream().map(SandboxResult::termination))
                .containsExactlyElementsOf(
                        results.stream().map(SandboxResult::termination).toList());
        assertThat(read.results().get(0).stdout()).isEqualTo(stdout);
        assertThat(read.results().get(0).usage()).isEqualTo(usage);
    }
}
