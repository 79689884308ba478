package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** What web pages make browsers send, with the headers that Chromium has in its requests. */
class BrowsersIT {
    private static final String[] CHROMIUM = {
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document"
    };

    @TempDir
    private static Path directory;

    private static SandboxHttpServer server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(directory.resolve("data"))
                .port(0)
                .allowHost("builds.example.org")
                .start();
        http = new RawHttp(server.url());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String[] browser(String... headers) {
        return Stream.concat(Stream.of(CHROMIUM), Stream.of(headers)).toArray(String[]::new);
    }

    private static Reply postForm(String config, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(browser(headers)));
        all.add("Content-Type: application/x-www-form-urlencoded");
        byte[] body = ("config=" + config).getBytes(StandardCharsets.UTF_8);
        return http.send("POST", "/execute/", body, all.toArray(String[]::new));
    }

    private static void assertForeign(Reply reply, String reason) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.text()).startsWith("{\"reason\":\"" + reason + "\",\"message\":\"");
    }

    @Test
    void form_ofAForeignPage_isRefused() throws IOException {
        String[] headers = {"Origin: http://evil.example", "Sec-Fetch-Site: cross-site"};
        assertForeign(postForm("{\"commands\":[\"id\"]}", headers), "foreign-origin");
        assertForeign(
                http.post("/execute/", List.of(Part.text("config", "{\"commands\": [\"id\"]}")), browser(headers)),
                "foreign-origin");
        assertForeign(
                http.post("/runs/", List.of(Part.text("request", "{\"commands\": []}")), browser(headers)),
                "foreign-origin");
    }

    /** Of a sandboxed frame, a file, or a page that sends no referrer. */
    @Test
    void form_ofAPageWithoutOrigin_isRefused() throws IOException {
        assertForeign(
                postForm("{\"commands\":[\"id\"]}", "Origin: null", "Sec-Fetch-Site: cross-site"), "foreign-origin");
    }

    @Test
    void form_ofAnotherServerOnThisHost_isRefused() throws IOException {
        assertForeign(
                postForm("{\"commands\":[\"id\"]}", "Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"),
                "foreign-origin");
    }

    /** The name of the page leads to this host since the page was loaded, so that the browser sees one origin. */
    @ParameterizedTest
    @CsvSource({
        "GET, /health",
        "GET, /metrics",
        "GET, /no/such/",
        "GET, /libraries/",
        "POST, /execute/",
        "PUT, /x",
        "OPTIONS, /runs/"
    })
    void request_forAnotherName_isRefusedWhateverItAsksFor(String method, String path) throws IOException {
        int port = server.url().getPort();
        Reply reply = http.send(
                method,
                path,
                new byte[0],
                browser(
                        "Host: evil.example:" + port,
                        "Origin: http://evil.example:" + port,
                        "Sec-Fetch-Site: same-origin"));
        assertForeign(reply, "foreign-host");
        assertThat(reply.text()).contains("--allow-host");
    }

    @Test
    void picture_inAForeignPage_isRefused() throws IOException {
        assertForeign(http.get("/libraries/", browser("Sec-Fetch-Site: cross-site")), "foreign-site");
    }

    @Test
    void command_ofARefusedRequest_doesNotRun() throws IOException {
        Reply reply = postForm("{\"commands\":[\"echo ran > ran\"],\"save\":true}", "Origin: http://evil.example");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(http.get("/metrics").text())
                .contains("sandbox_run_seconds_count 0")
                .contains("sandbox_environments 0");
        try (Stream<Path> kept = Files.list(directory.resolve("data/store/environments"))) {
            assertThat(kept).isEmpty();
        }
    }

    /** The page is not there, so what comes is what a client without a browser gets. */
    @Test
    void requests_thatAUserTypes_orOwnPagesMake_areAnswered() throws IOException {
        assertThat(http.get("/health", browser("Sec-Fetch-Site: none")).status())
                .isEqualTo(200);
        String own = "Origin: http://" + server.url().getAuthority();
        assertThat(http.get("/health", browser("Sec-Fetch-Site: same-origin", own))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost",
        "LOCALHOST.:9",
        "127.0.0.1:8080",
        "10.0.0.1",
        "[::1]:7000",
        "builds.example.org",
        "builds.example.org:8443"
    })
    void host_ofTheServer_isAnswered(String host) throws IOException {
        assertThat(http.get("/health", "Host: " + host).status()).isEqualTo(200);
    }

    @Test
    void oldClient_withoutAHost_isAnswered() throws IOException {
        assertThat(http.exchange("GET /health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void page_ofAnAllowedName_behindAProxyThatNamesTheServer_isAnswered() throws IOException {
        assertThat(http.get("/health", browser("Origin: https://builds.example.org", "Sec-Fetch-Site: same-origin"))
                        .status())
                .isEqualTo(200);
    }
}
