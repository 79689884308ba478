package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** {@code POST /execute/} as clients of other servers know it, sent as bytes, run in real sandboxes. */
class ExecuteIT {
    private static final String HTML = "text/html;charset=utf-8";

    @TempDir
    private static Path data;

    private static SandboxHttpServer server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .shellBudget(Duration.ofSeconds(10))
                .start();
        http = new RawHttp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String withoutTimes(String json) {
        return json.replaceAll("time\": -?[0-9.e-]+", "time\": T");
    }

    private static Reply ok(String config, Part... more) throws IOException {
        Reply reply = http.execute(config, more);
        assertThat(reply.status()).as("%s", reply.text()).isEqualTo(200);
        return reply;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** Runs one command and gives its part of the answer without the time. */
    private static String run(String command) throws IOException {
        String json =
                withoutTimes(ok("{\"commands\": [" + quoted(command) + "]}").text());
        Matcher matcher = Pattern.compile("\"exit_code\": .*, \"time\"").matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group().replace(", \"time\"", "");
    }

    @Test
    void answer_hasTheMembersInOrder() throws IOException {
        Reply reply = ok("{\"commands\": [\"echo one\", \"false\", \"echo never\"]}");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(withoutTimes(reply.text()))
                .isEqualTo("{\"status\": 1, \"execution\": ["
                        + "{\"command\": \"echo one\", \"exit_code\": 0, \"stdout\": \"one\", \"stderr\": \"\", \"time\": T}, "
                        + "{\"command\": \"false\", \"exit_code\": 1, \"stdout\": \"\", \"stderr\": \"\", \"time\": T}], "
                        + "\"total_time\": T}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nope|'config' json is invalid - Expecting value: line 1 column 1 (char 0)",
                "{\"commands\":[\"true\"|'config' json is invalid - Expecting ',' delimiter: line 1 column 20 (char 19)",
                "[1]|config must be an object, not <class 'list'>",
                "null|config must be an object, not <class 'NoneType'>",
                "{}|Missing field 'commands' in config",
                "{\"commands\": \"true\"}|commands must be a list, not <class 'str'>",
                "{\"commands\": {}}|commands must be a list, not <class 'dict'>",
                "{\"commands\": []}|Command list cannot be empty",
                "{\"commands\": [1]}|Command badly formatted : '1'",
                "{\"commands\": [null]}|Command badly formatted : 'None'",
                "{\"commands\": [[\"true\"]]}|Command badly formatted : '['true']'",
                "{\"commands\": [{\"command\": \"true\", \"timeout\": \"1\"}]}|Command badly formatted : '{'command': 'true', 'timeout': '1'}'",
                "{\"commands\": [{\"timeout\": 1}]}|Command badly formatted : '{'timeout': 1}'",
                "{\"commands\": [{\"command\": \"true\", \"timeout\": null}]}|Command badly formatted : '{'command': 'true', 'timeout': None}'",
                "{\"commands\": [\"true\"], \"environ\": null}|environ must be an object, not <class 'NoneType'>",
                "{\"commands\": [], \"environ\": []}|environ must be an object, not <class 'list'>",
                "{\"commands\": [\"true\"], \"result_path\": null}|result_path must be a string, not <class 'NoneType'>",
                "{\"commands\": [\"true\"], \"result_path\": 1.5}|result_path must be a string, not <class 'float'>",
                "{\"commands\": [\"true\"], \"save\": 1}|save must be a boolean, not <class 'int'>",
                "{\"commands\": [\"true\"], \"save\": null}|save must be a boolean, not <class 'NoneType'>",
            })
    void config_wrong_is400WithTheReason(String config, String message) throws IOException {
        Reply reply = http.execute(config);
        assertThat(reply.text()).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type").replace(" ", "")).isEqualToIgnoringCase(HTML);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e\"|0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e",
                "\"../../etc/x\"|../../etc/x",
                "12|12",
                "[\"a\"]|['a']",
                "true|True",
            })
    void environment_unknown_is404BeforeOtherChecks(String id, String shown) throws IOException {
        Reply reply = http.execute("{\"environment\": " + id + "}");
        assertThat(reply.text()).isEqualTo("No environment with UUID '" + shown + "' found");
        assertThat(reply.status()).isEqualTo(404);
    }

    @Test
    void environment_null_countsAsAbsent() throws IOException {
        ok("{\"environment\": null, \"commands\": [\"true\"]}");
    }

    @Test
    void key_unknownInACommand_isAServerErrorPage() throws IOException {
        Reply reply = http.execute("{\"commands\": [{\"command\": \"true\", \"environ\": {}}]}");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.header("Content-Type")).isEqualTo("text/html");
        assertThat(reply.text()).contains("<h1>Server Error (500)</h1>");
    }

    @Test
    void key_unknownInConfig_isIgnored() throws IOException {
        ok("{\"commands\": [\"true\"], \"foo\": NaN}");
    }

    @Test
    void body_ofAnotherType_hasNoConfig() throws IOException {
        byte[] config = "{\"commands\": [\"true\"]}".getBytes(StandardCharsets.UTF_8);
        Reply reply = http.send("POST", "/execute/", config, "Content-Type: application/json");
        assertThat(reply.text()).isEqualTo("Missing argument 'config'");
        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void config_withAFileName_isNotSeen() throws IOException {
        Reply reply = http.post(
                "/execute/",
                List.of(Part.file("config", "{\"commands\": [\"true\"]}".getBytes(StandardCharsets.UTF_8))));
        assertThat(reply.text()).isEqualTo("Missing argument 'config'");
    }

    @Test
    void config_twice_lastOneCounts() throws IOException {
        Reply reply = http.post(
                "/execute/", List.of(Part.text("config", "nope"), Part.text("config", "{\"commands\": [\"echo 2\"]}")));
        assertThat(reply.text()).contains("\"stdout\": \"2\"");
    }

    @Test
    void environment_withoutAFileName_isIgnored() throws IOException {
        byte[] archive = new TarGz().file("a", "1").toBytes();
        for (String disposition :
                List.of("form-data; name=\"environment\"", "form-data; name=\"environment\"; filename=\"\"")) {
            Reply reply = ok("{\"commands\": [\"ls -A\"]}", new Part(disposition, archive));
            assertThat(reply.text()).contains("\"exit_code\": 0, \"stdout\": \"\"");
        }
    }

    @Test
    void body_urlEncoded_isRead() throws IOException {
        String config = "{\"commands\": [\"echo a+b 100% é\"]}";
        byte[] body =
                ("x=1&config=" + URLEncoder.encode(config, StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII);
        Reply reply = http.send("POST", "/execute/", body, "Content-Type: application/x-www-form-urlencoded");
        assertThat(reply.text()).contains("\"stdout\": \"a+b 100% \\u00e9\"");
    }

    @Test
    void config_tooLarge_isABadRequestPage() throws IOException {
        Reply reply = http.execute("{\"x\": \"" + "a".repeat(2_700_000) + "\"}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("text/html");
        assertThat(reply.text()).contains("<h1>Bad Request (400)</h1>");
    }

    @Test
    void hyphen_letsFailuresPass() throws IOException {
        Reply reply = ok("{\"commands\": [\"-exit 3\", \"echo on\", \"-false\"]}");
        assertThat(withoutTimes(reply.text()))
                .startsWith("{\"status\": 0, \"execution\": [{\"command\": \"exit 3\", \"exit_code\": 3,")
                .contains("\"stdout\": \"on\"")
                .contains("{\"command\": \"false\", \"exit_code\": 1,");
    }

    @Test
    void hyphen_afterASpace_isNotSpecial() throws IOException {
        assertThat(ok("{\"commands\": [\" -false\", \"true\"]}").text())
                .startsWith("{\"status\": 127, \"execution\": [{\"command\": \" -false\", \"exit_code\": 127,");
    }

    @Test
    void output_isStrippedAndEscaped() throws IOException {
        assertThat(run("printf '  a\\n b\\r\\n\\u00e9\\U0001F600 \\0 \\033[0m \\u00a0\\n'; printf ' e ' >&2"))
                .isEqualTo(
                        "\"exit_code\": 0, \"stdout\": \"a\\n b\\r\\n\\u00e9\\ud83d\\ude00 \\u0000 \\u001b[0m\", \"stderr\": \"e\"");
    }

    @Test
    void output_notUtf8_isUnknown_andAHyphenDoesNotHelp() throws IOException {
        Reply reply = ok("{\"commands\": [\"-printf '\\\\xff'; exit 4\", \"true\"]}");
        assertThat(withoutTimes(reply.text()))
                .startsWith(
                        "{\"status\": -1, \"execution\": [{\"command\": \"printf '\\\\xff'; exit 4\", \"exit_code\": -1, "
                                + "\"stdout\": \"\", \"stderr\": \"An unknown error occurred on the sandbox\\n\", \"time\": T}], ");
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5", "1, 1", "true, True", "-1, -1", "-0.25, -0.25", "1e-3, 0.001"})
    void timeout_isToldInTheWordsOfThePeer(String timeout, String shown) throws IOException {
        Reply reply =
                ok("{\"commands\": [{\"command\": \"echo lost; sleep 5\", \"timeout\": " + timeout + "}, \"true\"]}");
        assertThat(withoutTimes(reply.text()))
                .isEqualTo("{\"status\": -2, \"execution\": [{\"command\": \"echo lost; sleep 5\", \"exit_code\": -2, "
                        + "\"stdout\": \"\", \"stderr\": \"Command timed out after " + shown
                        + " seconds\\n\", \"time\": T}], \"total_time\": T}");
    }

    @Test
    void timeout_ignored_goesOn() throws IOException {
        assertThat(ok("{\"commands\": [{\"command\": \"-sleep 5\", \"timeout\": 0.2}, \"echo on\"]}")
                        .text())
                .startsWith("{\"status\": 0,")
                .contains("\"exit_code\": -2")
                .contains("\"stdout\": \"on\"");
    }

    @Test
    void timeout_noNumber_isUnknown() throws IOException {
        assertThat(ok("{\"commands\": [{\"command\": \"true\", \"timeout\": NaN}]}")
                        .text())
                .startsWith("{\"status\": -1,");
    }

    @Test
    void variables_areTurnedIntoTextThePythonWay() throws IOException {
        Reply reply = ok(
                "{\"commands\": [\"echo \\\"$A|$B|$C|$D|$E|$HOME|$PATH\\\"\"], \"environ\": {\"A\": true, \"B\": null,"
                        + " \"C\": 1.50, \"D\": [1, \"z\"], \"E\": \"x=\\ny\", \"HOME\": \"/h\", \"PATH\": \"/bin\"}}");
        assertThat(reply.text()).contains("\"stdout\": \"True|None|1.5|[1, 'z']|x=\\ny|/h|/bin\"");
    }

    @Test
    void variable_thatCannotBe_fails126() throws IOException {
        for (String environ : List.of("{\"\": \"a\"}", "{\"A\": \"\\u0000\"}")) {
            assertThat(ok("{\"commands\": [\"true\"], \"environ\": " + environ + "}")
                            .text())
                    .startsWith(
                            "{\"status\": 126, \"execution\": [{\"command\": \"true\", \"exit_code\": 126, \"stdout\": \"invalid");
        }
    }

    @Test
    void command_seesWhatThePeerShows() throws IOException {
        assertThat(
                        run(
                                "pwd; echo \"$-\" $0; umask; ulimit -c; cat; echo $PATH $PYTHONPATH; env | grep -c ^TERM=; id -g; readlink /proc/self/fd/0 | tr -d 0-9"))
                .startsWith(
                        "\"exit_code\": 0, \"stdout\": \"/home/student\\nhBc bash\\n0022\\n0\\n"
                                + "/utils/libs/:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /utils/libs/:\\n0\\n0\\n");
    }

    @Test
    void command_hasNoNetwork() throws IOException {
        assertThat(run("exec 3<>/dev/tcp/192.0.2.1/80")).contains("Network is unreachable");
    }

    @Test
    void commands_shareFilesAndTmpButNoShellState() throws IOException {
        assertThat(ok("{\"commands\": [\"echo 1 > a; echo 2 > /tmp/b; X=3; cd /\", \"cat a /tmp/b; echo $X; pwd\"]}")
                        .text())
                .contains("\"stdout\": \"1\\n2\\n\\n/home/student\"");
        assertThat(run("ls -A . /tmp")).isEqualTo("\"exit_code\": 0, \"stdout\": \".:\\n\\n/tmp:\", \"stderr\": \"\"");
    }

    @Test
    void command_tooLongOrWithNul_failsAsTheKernelSays() throws IOException {
        assertThat(run("true " + "x".repeat(131_072)))
                .isEqualTo(
                        "\"exit_code\": 1, \"stdout\": \"\", \"stderr\": \"exec /usr/bin/bash: argument list too long\"");
        assertThat(ok("{\"commands\": [\"a\\u0000b\"]}").text()).contains("exec /usr/bin/bash: invalid argument");
        assertThat(run("true " + "x".repeat(131_000))).startsWith("\"exit_code\": 0");
    }

    @Test
    void signal_isAddedTo128() throws IOException {
        assertThat(run("kill -9 $$")).isEqualTo("\"exit_code\": 137, \"stdout\": \"\", \"stderr\": \"\"");
    }

    @Test
    void result_isReadWithUniversalNewlines() throws IOException {
        assertThat(
                        ok("{\"commands\": [\"printf '\\\\xef\\\\xbb\\\\xbf a\\\\r\\\\nb\\\\rc\\\\n' > r\"], \"result_path\": \"r\"}")
                                .text())
                .endsWith(", \"result\": \"\\ufeff a\\nb\\nc\\n\"}");
        assertThat(ok("{\"commands\": [\": > r\"], \"result_path\": \"./r\"}").text())
                .endsWith(", \"result\": \"\"}");
        assertThat(ok("{\"commands\": [\"mkdir d; echo 1 > d/f; ln -s d/f r; exit 4\"], \"result_path\": \"r\"}")
                        .text())
                .startsWith("{\"status\": 4,")
                .endsWith(", \"result\": \"1\\n\"}");
    }

    @ParameterizedTest
    @CsvSource({"missing, -3", "/etc/ld.so.cache, -3", "../../../../../../etc/hostname, -3", "out, -3", "bad, -4"})
    void result_missingOutsideOrNoText_replacesTheStatus(String path, int status) throws IOException {
        assertThat(
                        ok("{\"commands\": [\"printf '\\\\xff' > bad; ln -s /etc/hostname out; exit 4\"], \"result_path\": \""
                                        + path + "\"}")
                                .text())
                .startsWith("{\"status\": " + status + ",")
                .contains("\"exit_code\": 4")
                .doesNotContain("result");
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "f/x", "fifo", "", "a\\u0000b"})
    void result_thatIsNoFile_isAServerError(String path) throws IOException {
        Reply reply =
                http.execute("{\"commands\": [\"mkdir d; : > f; mkfifo fifo\"], \"result_path\": \"" + path + "\"}");
        assertThat(reply.status()).isEqualTo(500);
    }

    @Test
    void upload_isTheHomeDirectory() throws IOException {
        byte[] archive = new TarGz()
                .file("a.txt", "A")
                .file("./dot.txt", "D")
                .file("bin/x", "#!/bin/sh\necho run", 0755)
                .directory("empty")
                .symbolicLink("l", "a.txt")
                .symbolicLink("dangling", "nowhere")
                .toBytes();
        assertThat(ok("{\"commands\": [\"cat l dot.txt; bin/x; ls\"]}", Part.file("environment", archive))
                        .text())
                .contains("\"stdout\": \"ADrun\\na.txt\\nbin\\ndangling\\ndot.txt\\nempty\\nl\"");
    }

    @Test
    void upload_thatIsNoArchive_isAServerError() throws IOException {
        byte[] archive = new TarGz().file("a.txt", "A").toBytes();
        for (byte[] upload : List.of(
                new byte[0], "garbage".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(archive, archive.length / 2))) {
            assertThat(http.execute("{\"commands\": [\"true\"]}", Part.file("environment", upload))
                            .status())
                    .isEqualTo(500);
        }
    }

    @Test
    void upload_thatLeadsOut_isRefused() throws IOException {
        Path victim = data.resolve("victim");
        for (byte[] upload : List.of(
                new TarGz().file(victim.toString(), "x").toBytes(),
                new TarGz().file("../../../../victim", "x").toBytes(),
                new TarGz()
                        .symbolicLink("d", data.toString())
                        .file("d/victim", "x")
                        .toBytes())) {
            assertThat(http.execute("{\"commands\": [\"true\"]}", Part.file("environment", upload))
                            .status())
                    .isEqualTo(500);
        }
        assertThat(victim).doesNotExist();
    }

    private static String saved(Reply reply) {
        Matcher matcher = Pattern.compile("\"environment\": \"([0-9a-f-]{36})\", \"expire\": \"([^\"]+)\"")
                .matcher(reply.text());
        assertThat(matcher.find()).as(reply.text()).isTrue();
        assertThat(matcher.group(2)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
        assertThat(OffsetDateTime.parse(matcher.group(2)).toInstant())
                .isBetween(Instant.now().plusSeconds(86_000), Instant.now().plusSeconds(86_401));
        return matcher.group(1);
    }

    @Test
    void save_keepsTheDirectory_alsoAfterAFailure() throws IOException {
        String id = saved(
                ok(
                        "{\"commands\": [\"mkdir -p d/e; echo 1 > d/f; ln -s d/f l; echo h > .hidden; chmod 600 .hidden; exit 3\"], \"save\": true}"));
        Reply archive = http.get("/environments/" + id + "/");
        assertThat(archive.status()).isEqualTo(200);
        assertThat(archive.header("Content-Type")).isEqualTo("application/gzip");
        assertThat(archive.header("Content-Length")).isEqualTo(Integer.toString(archive.content().length));
        assertThat(archive.header("Content-Disposition")).isEqualTo("attachment; filename=" + id + ".tgz");
        assertThat(TarGz.content(archive.content()))
                .containsEntry("d/f", "1\n")
                .containsEntry("l", "-> d/f")
                .containsEntry(".hidden", "h\n")
                .containsKey("d/e/")
                .hasSize(5);
        assertThat(ok("{\"commands\": [\"cat l; stat -c %a .hidden; echo 2 > d/f\"], \"environment\": \"" + id + "\"}")
                        .text())
                .contains("\"stdout\": \"1\\n600\"");
        assertThat(http.get("/files/" + id + "/d/f/").text()).isEqualTo("1\n");
    }

    @Test
    void uploadAndId_areMerged_andTheUploadWins() throws IOException {
        String id = saved(
                ok(
                        "{\"commands\": [\"echo old > a; echo old > b; mkdir d; echo old > d/x; ln -s nowhere dangling\"], \"save\": true}"));
        byte[] upload = new TarGz()
                .file("./a", "new\n")
                .file("d/y", "new\n")
                .file("c", "new\n")
                .toBytes();
        Reply reply = ok(
                "{\"commands\": [\"cat a b c d/x d/y\"], \"save\": true, \"environment\": \"" + id + "\"}",
                Part.file("environment", upload));
        assertThat(reply.text()).contains("\"stdout\": \"new\\nold\\nnew\\nold\\nnew\"");
        assertThat(saved(reply)).isNotEqualTo(id);
        for (byte[] impossible : List.of(
                new TarGz().file("d", "").toBytes(), new TarGz().directory("a").toBytes())) {
            assertThat(http.execute(
                                    "{\"commands\": [\"true\"], \"environment\": \"" + id + "\"}",
                                    Part.file("environment", impossible))
                            .status())
                    .isEqualTo(500);
        }
    }

    @Test
    void members_comeInTheDocumentedOrder() throws IOException {
        assertThat(withoutTimes(ok("{\"commands\": [\"echo 1 > r\"], \"save\": true, \"result_path\": \"r\"}")
                        .text()))
                .matches(
                        "\\{\"status\": 0, \"execution\": \\[.*], \"total_time\": T, \"environment\": \"[^\"]+\", \"expire\": \"[^\"]+\", \"result\": \"1\\\\n\"}");
    }

    @Test
    void processes_endWithTheirCommand() throws IOException {
        assertThat(
                        ok("{\"commands\": [\"sleep 300 > /dev/null 2>&1 & echo started\", \"ls /proc | grep -c '^[0-9]'\"]}")
                                .text())
                .contains("\"stdout\": \"started\"");
    }

    @Test
    void output_beyondTheLimit_endsTheCommand() throws IOException {
        assertThat(ok("{\"commands\": [\"yes é\"]}").text()).startsWith("{\"status\": 137,");
    }

    @Test
    void run_leavesNothingOnDisk() throws IOException {
        ok("{\"commands\": [\"mkdir -p a/b; echo > a/b/c; chmod 0 a/b a; mkdir r /tmp/t; echo > r/f; chmod 555 r\"]}");
        try (Stream<Path> rooms = Files.list(data.resolve("server/runs"))) {
            assertThat(rooms)
                    .isNotEmpty()
                    .allSatisfy(room -> assertThat(room.resolve("root/home")).isEmptyDirectory())
                    .allSatisfy(room -> assertThat(room.resolve("tmp")).doesNotExist());
        }
        assertThat(data.resolve("server/uploads")).isEmptyDirectory();
    }

    /** They come one after the other, so they get the same room. The links of /proc count processes of the host. */
    @Test
    void request_seesNothingOfTheOneBefore() throws IOException {
        String look = "ls -lA -I proc --time-style=+ / /etc /home /dev /tmp .; id; umask";
        String before = withoutTimes(ok("{\"commands\": [\"" + look + "\"]}").text());
        String marks = "touch mine /tmp/mine; chmod 0 /tmp; ln -s / link; chmod 700 .;"
                + " for place in / /etc /home /var /opt /utils /home/student/..; do"
                + " touch $place/mine; mkdir $place/ours; mv $place $place.mine; chmod 777 $place; done;"
                + " rm -rf /home/* /bin; umask 0; true";
        ok("{\"commands\": [\"" + marks + "\"]}");
        assertThat(withoutTimes(ok("{\"commands\": [\"" + look + "\"]}").text()))
                .isEqualTo(before)
                .contains("student", "usr")
                .doesNotContain("mine", "ours");
    }
}
