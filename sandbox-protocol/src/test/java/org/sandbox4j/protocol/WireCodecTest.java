package org.sandbox4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {
    private static final UUID ID = UUID.fromString("2e4b6ff2-35a6-4f5c-9f5e-3a8a5d3c1a10");

    private static final String SPECIFICATIONS = "{\"host\": {\"cpu\": {\"core\": 2, \"logical\": 4, \"freq_min\": 0.0,"
            + " \"freq_max\": 2600.5}, \"memory\": {\"ram\": 25276514304, \"swap\": 0, \"storage\": {\"/dev/vda\":"
            + " 270553174016}}, \"docker_version\": \"20.10.24+dfsg1\", \"sandbox_version\": \"3.0.3\"},"
            + " \"container\": {\"count\": 4, \"cpu\": {\"count\": 1, \"period\": 1000, \"shares\": 1024, \"quota\":"
            + " 0}, \"memory\": {\"ram\": 100000000, \"swap\": 100000000, \"storage\": -1}, \"io\": {\"read_iops\": {},"
            + " \"read_bps\": {\"/dev/vda\": 7}, \"write_iops\": {}, \"write_bps\": {}}, \"process\": -1,"
            + " \"working_dir_device\": \"/dev/vda\"}}";

    private static final String USAGES = "{\"cpu\": {\"frequency\": 2596.136, \"usage\": 0.862, \"usage_avg\": [1.447,"
            + " 0.738, 0.314]}, \"memory\": {\"ram\": 457777152, \"swap\": 0, \"storage\": {\"/dev/vda\":"
            + " 25492750336}}, \"io\": {\"read_iops\": {\"/dev/vda\": 59}, \"read_bps\": {\"/dev/vda\": 1019904},"
            + " \"write_iops\": {\"/dev/vda\": 21}, \"write_bps\": {\"/dev/vda\": 7710720}}, \"network\":"
            + " {\"sent_bytes\": 19825, \"received_bytes\": 7576345, \"sent_packets\": 208, \"received_packets\":"
            + " 245}, \"process\": 96, \"container\": 0}";

    private static final String RESPONSE = "{\"status\": 1, \"execution\": [{\"command\": \"echo one\", \"exit_code\":"
            + " 0, \"stdout\": \"\\u00e9\\ud83d\\ude00\\u0000\", \"stderr\": \"\", \"time\": 0.103998661},"
            + " {\"command\": \"false\", \"exit_code\": 1, \"stdout\": \"\", \"stderr\": \"\", \"time\":"
            + " 0.079086065}], \"total_time\": 0.183480024, \"environment\":"
            + " \"2e4b6ff2-35a6-4f5c-9f5e-3a8a5d3c1a10\", \"expire\": \"2026-11-22T21:22:01.241696+00:00\","
            + " \"result\": \"\"}";

    private static InputStream in(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.US_ASCII);
    }

    @Test
    void specifications_ofTheProtocolsExample_areReadAndWrittenBack() throws IOException {
        Specifications read = WireCodec.readSpecifications(in(SPECIFICATIONS), JsonLimits.DEFAULT);
        assertThat(read)
                .isEqualTo(new Specifications(
                        new Specifications.Host(
                                new Specifications.HostCpu(OptionalInt.of(2), OptionalInt.of(4), 0, 2600.5),
                                new Specifications.HostMemory(25276514304L, 0, Map.of("/dev/vda", 270553174016L)),
                                "20.10.24+dfsg1",
                                "3.0.3"),
                        new Specifications.Container(
                                4,
                                new Specifications.ContainerCpu(
                                        1, OptionalLong.of(1000), OptionalLong.of(1024), OptionalLong.of(0)),
                                new Specifications.ContainerMemory(
                                        OptionalLong.of(100000000), OptionalLong.of(100000000), OptionalLong.empty()),
                                new DeviceRates(Map.of(), Map.of("/dev/vda", 7L), Map.of(), Map.of()),
                                OptionalLong.empty(),
                                "/dev/vda"),
                        Set.of()));
        assertThat(text(WireCodec.write(read))).isEqualTo(SPECIFICATIONS);
    }

    @Test
    void specifications_withNullCoresDockersLimitsAndExtensions_areRead() throws IOException {
        String json = SPECIFICATIONS
                .replace("\"core\": 2", "\"core\": null, \"unknown\": [{}]")
                .replace("\"read_iops\": {}", "\"read_iops\": [{\"Path\": \"/dev/sda\", \"Rate\": 5}]")
                .replace("\"container\": {\"count\"", "\"extensions\": [\"root\"], \"container\": {\"count\"");
        Specifications read = WireCodec.readSpecifications(in(json), JsonLimits.DEFAULT);
        assertThat(read.host().cpu().core()).isEmpty();
        assertThat(read.container().io().readOperations()).containsExactly(Map.entry("/dev/sda", 5L));
        assertThat(read.extensions()).containsExactly("root");
    }

    @Test
    void usages_ofTheProtocolsExample_areReadAndWrittenBack() throws IOException {
        Usages read = WireCodec.readUsages(in(USAGES), JsonLimits.DEFAULT);
        assertThat(read.io().readBytes()).containsExactly(Map.entry("/dev/vda", 1019904L));
        assertThat(read.network()).isEqualTo(new Usages.Network(19825, 7576345, 208, 245));
        assertThat(read.cpu()).isEqualTo(new Usages.Cpu(2596.136, 0.862, List.of(1.447, 0.738, 0.314)));
        assertThat(text(WireCodec.write(read))).isEqualTo(USAGES);
    }

    @Test
    void libraries_areReadAndWrittenBack() throws IOException {
        String json = "{\"libraries\": {\"system\": {\"bash:amd64\": \"5.2\", \"tar\": \"?\"}, \"perl\": {}},"
                + " \"bin\": [\"[\", \"awk\"]}";
        Libraries read = WireCodec.readLibraries(in(json), JsonLimits.DEFAULT);
        assertThat(read.libraries().get("system")).containsEntry("tar", "?");
        assertThat(read.programs()).containsExactly("[", "awk");
        assertThat(text(WireCodec.write(read))).isEqualTo(json);
    }

    @Test
    void response_withEverything_isReadAndWrittenBack() throws IOException {
        ExecuteResponse read = WireCodec.readExecuteResponse(in(RESPONSE), JsonLimits.DEFAULT);
        assertThat(read)
                .isEqualTo(new ExecuteResponse(
                        1,
                        List.of(
                                new ShellResult("echo one", 0, "é😀\0", "", Duration.ofNanos(103998661)),
                                new ShellResult("false", 1, "", "", Duration.ofNanos(79086065))),
                        Duration.ofNanos(183480024),
                        Optional.of(new SavedEnvironment(ID, Instant.parse("2026-11-22T21:22:01.241696Z"))),
                        Optional.of("")));
        assertThat(text(WireCodec.write(read))).isEqualTo(RESPONSE);
    }

    @Test
    void request_withoutOptions_hasCommandsOnly() {
        assertThat(text(WireCodec.write(ExecuteRequest.builder().command("true").build())))
                .isEqualTo("{\"commands\": [\"true\"]}");
    }

    @Test
    void request_withEverything_isWrittenInOrder() {
        ExecuteRequest request = ExecuteRequest.builder()
                .command(ShellCommand.of("echo é\u007f~").mayingFail())
                .command(ShellCommand.of("-literal"))
                .command(ShellCommand.of("sleep 1").withTimeout(Duration.ofMillis(1500)))
                .command(ShellCommand.of("sleep 1").mayingFail().withTimeout(Duration.ofSeconds(10)))
                .environ("A", "1=2\n")
                .environ("PATH", "/bin")
                .resultPath("out/result.txt")
                .environment(ID)
                .save(true)
                .build();
        assertThat(text(WireCodec.write(request)))
                .isEqualTo(
                        "{\"commands\": [\"-echo \\u00e9\\u007f~\", \" -literal\", {\"command\": \"sleep 1\", \"timeout\": 1.5},"
                                + " {\"command\": \"-sleep 1\", \"timeout\": 10}], \"environ\": {\"A\": \"1=2\\n\", \"PATH\":"
                                + " \"/bin\"}, \"result_path\": \"out/result.txt\", \"environment\":"
                                + " \"2e4b6ff2-35a6-4f5c-9f5e-3a8a5d3c1a10\", \"save\": true}");
    }

    @Test
    void request_asText_showsNoValues() {
        assertThat(ExecuteRequest.builder()
                        .command("secret")
                        .environ("KEY", "42")
                        .build()
                        .toString())
                .isEqualTo("ExecuteRequest[commands=1, environ=[KEY], resultPath=null, environment=null, save=false]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"status\": 0}",
                "{\"status\": \"0\", \"execution\": [], \"total_time\": 1}",
                "{\"status\": 0, \"execution\": [{}], \"total_time\": 1}",
                "{\"status\": 0, \"execution\": [7], \"total_time\": 1}",
                "{\"status\": 0, \"execution\": {}, \"total_time\": 1}",
                "{\"status\": 0, \"execution\": [], \"total_time\": NaN}",
                "{\"status\": 0, \"execution\": [], \"total_time\": 1e300}",
                "{\"status\": 99999999999, \"execution\": [], \"total_time\": 1}",
                "{\"status\": 99999999999999999999, \"execution\": [], \"total_time\": 1}",
                "{\"status\": 0, \"execution\": [], \"total_time\": 1, \"environment\": \"../x\", \"expire\": \"\"}",
                "{\"status\": 0, \"execution\": [], \"total_time\": 1} x",
                "<html><body>Server Error (500)</body></html>"
            })
    void response_thatIsNone_isRefusedWithATypedError(String json) {
        assertThatThrownBy(() -> WireCodec.readExecuteResponse(in(json), JsonLimits.DEFAULT))
                .isInstanceOf(WireFormatException.class);
    }

    @Test
    void response_cutAnywhere_isRefused() {
        for (int length = 0; length < RESPONSE.length(); length++) {
            String cut = RESPONSE.substring(0, length);
            assertThatThrownBy(() -> WireCodec.readExecuteResponse(in(cut), JsonLimits.DEFAULT))
                    .as("the first %s characters", length)
                    .isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void missingMember_isNamedWithItsPlace() {
        String json = RESPONSE.replace("\"exit_code\": 1, ", "");
        assertThatThrownBy(() -> WireCodec.readExecuteResponse(in(json), JsonLimits.DEFAULT))
                .hasMessage("'execution[1].exit_code' should be an integer of 64 bits but is missing or null.");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "1.0, 1.0",
        "0.1, 0.1",
        "1234567.0, 1234567.0",
        "123456789.0, 123456789.0",
        "0.0001, 0.0001",
        "1.0E-5, 1e-05",
        "1.5E-7, 1.5e-07",
        "1.0E15, 1000000000000000.0",
        "1.0E16, 1e+16",
        "-2.5E20, -2.5e+20"
    })
    void float_isWrittenAsPythonDoes(double value, String text) {
        assertThat(PythonFloat.text(value)).isEqualTo(text);
    }
}
