package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.WireCodec;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** Paths, methods, headers, and what is told of the server, as clients of other servers know them. */
class EndpointsIT {
    private static final String UNKNOWN = "0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e";

    @TempDir
    private static Path data;

    private static SandboxHttpServer server;
    private static RawHttp http;
    private static String id;

    @BeforeAll
    static void start() throws IOException {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .workers(3)
                .queueWait(Duration.ofMinutes(1))
                .start();
        http = new RawHttp(server.url());
        byte[] archive = new TarGz()
                .file("a.txt", "A\n")
                .file("d/b c+%?#\\'\"é.txt", "B")
                .file("日本.txt", "J")
                .symbolicLink("link", "a.txt")
                .symbolicLink("d/up", "../a.txt")
                .symbolicLink("absolute", "/a.txt")
                .symbolicLink("dangling", "none")
                .toBytes();
        Reply reply =
                http.execute("{\"commands\": [\"ln a.txt hard\"], \"save\": true}", Part.file("environment", archive));
        Matcher matcher = Pattern.compile("\"environment\": \"([^\"]+)\"").matcher(reply.text());
        assertThat(matcher.find()).as(reply.text()).isTrue();
        id = matcher.group(1);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /specifications",
        "GET, /",
        "GET, /no/such/",
        "POST, /execute",
        "POST, //execute/",
        "GET, /environments/0E8D3D1C-2A4F-4A6B-9C3E-5F6A7B8C9D0E/",
        "GET, /environments/0e8d3d1c2a4f4a6b9c3e5f6a7b8c9d0e/",
        "GET, /environments/",
        "GET, /files/0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e/a",
        "GET, /files/0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e/a%0Ab/"
    })
    void path_unknown_isThePageForThat(String method, String path) throws IOException {
        Reply reply = http.send(method, path, new byte[0]);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEqualTo("text/html");
        assertThat(reply.text()).contains("<h1>Not Found</h1>");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /execute/, 'POST, OPTIONS'",
        "PUT, /execute/, 'POST, OPTIONS'",
        "POST, /specifications/, 'GET, HEAD, OPTIONS'",
        "DELETE, /usages/, 'GET, HEAD, OPTIONS'",
        "PATCH, /libraries/, 'GET, HEAD, OPTIONS'",
        "POST, /files/0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e/a/, 'GET, HEAD, OPTIONS'"
    })
    void method_wrong_is405WithWhatIsAllowed(String method, String path, String allow) throws IOException {
        Reply reply = http.send(method, path, new byte[0]);
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.content()).isEmpty();
        assertThat(reply.header("Allow")).isEqualTo(allow);
        Reply options = http.send("OPTIONS", path, new byte[0]);
        assertThat(options.status()).isEqualTo(200);
        assertThat(options.content()).isEmpty();
        assertThat(options.header("Allow")).isEqualTo(allow);
    }

    @Test
    void environment_unknown_isOneLine() throws IOException {
        Reply reply = http.get("/environments/" + UNKNOWN + "/");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).isEqualTo("No environment with UUID '" + UNKNOWN + "' found");
    }

    @Test
    void head_hasTheHeadersOfGetAndNoBody() throws IOException {
        for (String path : List.of("/specifications/", "/environments/" + id + "/", "/files/" + id + "/a.txt/")) {
            Reply get = http.get(path);
            Reply head = http.send("HEAD", path, new byte[0]);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.content()).isEmpty();
            assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
            assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
            assertThat(head.header("Content-Disposition")).isEqualTo(get.header("Content-Disposition"));
        }
        assertThat(http.send("HEAD", "/environments/" + UNKNOWN + "/", new byte[0])
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"a.txt, A", "link, A", "hard, A", "d/up, A", "d%2Fup, A", "d/b%20c%2B%25%3F%23%5C%27%22%C3%A9.txt, B"})
    void file_isFoundByItsName_andThroughLinks(String path, String text) throws IOException {
        Reply reply = http.get("/files/" + id + "/" + path + "/");
        assertThat(reply.text().strip()).isEqualTo(text);
        assertThat(reply.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(reply.header("Content-Length")).isEqualTo(Integer.toString(reply.content().length));
    }

    @Test
    void file_isNamedInTheHeader_encodedWhenLatin1CannotExpressIt() throws IOException {
        assertThat(http.get("/files/" + id + "/d/up/").header("Content-Disposition"))
                .isEqualTo("attachment; filename=up");
        assertThat(http.get("/files/" + id + "/%E6%97%A5%E6%9C%AC.txt/").header("Content-Disposition"))
                .isEqualTo("=?utf-8?b?YXR0YWNobWVudDsgZmlsZW5hbWU95pel5pysLnR4dA==?=");
    }

    @ParameterizedTest
    @CsvSource({"none, 404", "./a.txt, 404", "dangling, 404", "absolute, 404", "d, 500"})
    void file_missingOrNoFile_isRefused(String path, int status) throws IOException {
        assertThat(http.get("/files/" + id + "/" + path + "/").status()).isEqualTo(status);
    }

    @Test
    void connection_isKept() throws IOException {
        byte[] twice =
                "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        assertThat(http.exchange(twice).text()).contains("HTTP/1.1 200").endsWith("{\"status\": \"ok\"}");
    }

    @Test
    void specifications_haveTheDocumentedShape() throws IOException {
        Reply reply = http.get("/specifications/");
        assertThat(reply.text())
                .matches(
                        "\\{\"host\": \\{\"cpu\": \\{\"core\": (null|\\d+), \"logical\": \\d+, \"freq_min\": [\\d.]+, \"freq_max\": [\\d.]+}, "
                                + "\"memory\": \\{\"ram\": \\d+, \"swap\": \\d+, \"storage\": \\{.*}}, \"docker_version\": \"none\", \"sandbox_version\": \"[^\"]+\"}, "
                                + "\"container\": \\{\"count\": 3, \"cpu\": \\{\"count\": \\d+, \"period\": -1, \"shares\": -1, \"quota\": -1}, "
                                + "\"memory\": \\{\"ram\": 268435456, \"swap\": 0, \"storage\": 1073741824}, "
                                + "\"io\": \\{\"read_iops\": \\{}, \"read_bps\": \\{}, \"write_iops\": \\{}, \"write_bps\": \\{}}, "
                                + "\"process\": 256, \"working_dir_device\": \"[^\"]*\"}, \"extensions\": \\[.*]}");
        assertThat(reply.text()).doesNotContain("\"list\"", "\"token\"");
    }

    @Test
    void usages_haveTheDocumentedShape() throws IOException {
        assertThat(http.get("/usages/").text())
                .matches(
                        "\\{\"cpu\": \\{\"frequency\": [\\d.]+, \"usage\": [\\d.]+, \"usage_avg\": \\[[\\d.]+, [\\d.]+, [\\d.]+]}, "
                                + "\"memory\": \\{\"ram\": \\d+, \"swap\": \\d+, \"storage\": \\{.*}}, "
                                + "\"io\": \\{\"read_iops\": \\{.*}, \"read_bps\": \\{.*}, \"write_iops\": \\{.*}, \"write_bps\": \\{.*}}, "
                                + "\"network\": \\{\"sent_bytes\": \\d+, \"received_bytes\": \\d+, \"sent_packets\": \\d+, \"received_packets\": \\d+}, "
                                + "\"process\": [1-9]\\d*, \"container\": 0}");
    }

    @Test
    void libraries_listProgramsOfTheImage() throws IOException {
        Libraries libraries = WireCodec.readLibraries(
                new ByteArrayInputStream(http.get("/libraries/").content()), JsonLimits.DEFAULT);
        assertThat(libraries.libraries()).containsOnlyKeys("system", "python", "perl", "c");
        assertThat(libraries.programs()).contains("bash", "ls");
    }

    @Test
    void start_beyondLoopbackWithoutAToken_isRefused() {
        SandboxHttpServerBuilder builder = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("other"))
                .port(0)
                .address("0.0.0.0");
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without a token");
    }

    @Test
    void start_onADirectoryInUse_isRefused() {
        SandboxHttpServerBuilder builder = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0);
        assertThatThrownBy(builder::start).hasMessageContaining("Another server uses");
    }

    @Test
    void overload_isRefusedWithAdvice_andNothingIsLost() throws Exception {
        try (SandboxHttpServer small = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("small"))
                .port(0)
                .workers(1)
                .queue(1)
                .queueWait(Duration.ofMillis(300))
                .start()) {
            RawHttp client = new RawHttp(small.url());
            List<Reply> replies = Concurrently.call(6, () -> client.execute("{\"commands\": [\"sleep 1\"]}"));
            assertThat(replies).extracting(Reply::status).containsOnly(200, 503);
            assertThat(replies)
                    .filteredOn(reply -> reply.status() == 503)
                    .hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(reply -> {
                        assertThat(reply.text()).isEqualTo("Sandbox overloaded, retry after a few seconds.");
                        assertThat(Integer.parseInt(reply.header("Retry-After")))
                                .isBetween(1, 60);
                    });
        }
    }

    @Test
    void load_beyondTheWorkers_isAnsweredInTurn() throws Exception {
        List<Reply> replies = Concurrently.call(24, () -> http.execute("{\"commands\": [\"echo ok\"]}"));
        assertThat(replies).allSatisfy(reply -> assertThat(reply.text()).contains("\"stdout\": \"ok\""));
    }
}
