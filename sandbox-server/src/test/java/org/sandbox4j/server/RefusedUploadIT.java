package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** A refused upload says why, to the client and in the log, with the status that the protocol has for it. */
class RefusedUploadIT {
    private static final String TRUE = "{\"commands\": [\"true\"]}";
    private static final String REQUEST =
            "{\"commands\": [{\"arguments\": [\"true\"]}], \"marks\": [], \"uid\": 0, \"gid\": 0,"
                    + " \"hostname\": \"box\", \"personality\": \"NATIVE\", \"host_system\": true, \"save\": false}";

    @TempDir
    private static Path directory;

    private static Path log;
    private static ServerProcess server;
    private static RawHttp http;

    @BeforeAll
    static void start() throws IOException {
        log = directory.resolve("log");
        server = ServerProcess.start(
                directory.resolve("data"), log, "--upload", "100K", "--entries", "3", "--quota", "20K");
        http = server.http();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply execute(String config, byte[] upload) throws IOException {
        return http.execute(config, Part.file("environment", upload));
    }

    /** In the log as in the answer. */
    private static void assertSays(Reply reply, int status, String why) throws IOException {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).contains(why);
        assertThat(reply.header("Content-Type")).startsWith("text/plain");
        assertThat(Files.readString(log)).contains("refused POST ").contains(reply.text());
    }

    @Test
    void upload_thatIsTooLarge() throws IOException {
        assertSays(execute(TRUE, new byte[150_000]), 413, "larger than 102400 bytes");
    }

    @Test
    void upload_thatIsTooLarge_andDoesNotSayHowLarge() throws IOException {
        byte[] body =
                RawHttp.multipart(List.of(Part.text("config", TRUE), Part.file("environment", new byte[150_000])));
        String head =
                "POST /execute/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                        + "Content-Type: multipart/form-data; boundary=" + RawHttp.BOUNDARY + "\r\n\r\n"
                        + Integer.toHexString(body.length) + "\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + body.length + 7];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        System.arraycopy("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, request, request.length - 7, 7);
        assertSays(http.exchange(request), 413, "larger than 102400 bytes");
    }

    @Test
    void form_thatIsCutOff() throws IOException {
        byte[] body = ("--" + RawHttp.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\n" + TRUE)
                .getBytes(StandardCharsets.US_ASCII);
        Reply reply =
                http.send("POST", "/execute/", body, "Content-Type: multipart/form-data; boundary=" + RawHttp.BOUNDARY);
        assertSays(reply, 400, "no multipart form");
    }

    @Test
    void upload_thatIsNoArchive() throws IOException {
        byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
        assertSays(execute(TRUE, garbage), 500, "'environment' is refused - ");
        assertSays(
                http.post("/runs/", List.of(Part.text("request", REQUEST), Part.file("environment", garbage))),
                400,
                "'environment' is refused - ");
    }

    @Test
    void upload_thatClimbsOut() throws IOException {
        assertSays(execute(TRUE, new TarGz().file("../../x", "x").toBytes()), 500, "'../../x'");
    }

    @Test
    void upload_withTooManyEntries() throws IOException {
        TarGz many = new TarGz()
                .file("a", "")
                .file("b", "")
                .file("c", "")
                .file("d", "")
                .file("e", "");
        assertSays(execute(TRUE, many.toBytes()), 500, "3");
    }

    @Test
    void upload_thatDoesNotFitTheSavedEnvironment() throws IOException {
        Reply saved = execute(
                "{\"commands\": [\"true\"], \"save\": true}",
                new TarGz().directory("d").toBytes());
        String id = saved.text().replaceAll(".*\"environment\": \"([^\"]+)\".*", "$1");
        assertSays(
                execute(
                        "{\"commands\": [\"true\"], \"environment\": \"" + id + "\"}",
                        new TarGz().file("d", "").toBytes()),
                500,
                "'environment' is refused - ");
    }

    @Test
    void environment_thatExceedsTheQuota() throws IOException {
        String config = "{\"commands\": [\"head -c 40000 /dev/urandom > f\"], \"save\": true}";
        assertSays(http.execute(config), 500, "The environment is not saved - ");
        assertThat(http.execute(config).text()).contains("more than 20480 bytes");
    }

    @Test
    void upload_inAStream() throws IOException {
        List<Part> parts = List.of(Part.text("request", REQUEST), Part.file("environment", new byte[10]));
        assertSays(http.post("/runs/", parts, "Accept: application/x-ndjson"), 400, "'environment' is refused - ");
    }
}
