package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** Clients that are slow on purpose hold nothing for long, and nobody up. */
class SlowClientsIT {
    /** Less than the HTTP library takes to find a connection idle. */
    private static final Duration DEADLINE = Duration.ofSeconds(25);

    private static final int READ_TIMEOUT = (int) DEADLINE.toMillis();

    @TempDir
    private Path data;

    private SandboxHttpServer server;
    private RawHttp http;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() {
        start(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    private void start(Duration patience, Duration rootBudget) {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .workers(1)
                .queue(1)
                .patience(patience)
                .rootBudget(rootBudget)
                .start();
        http = new RawHttp(server.url());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    /** Connects with little room for what is not read. */
    private Socket connect() throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(READ_TIMEOUT);
        socket.connect(
                new InetSocketAddress(server.url().getHost(), server.url().getPort()));
        return socket;
    }

    private Socket send(String head, byte[] body) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(body);
        return socket;
    }

    private Socket beginUpload() throws IOException {
        return send(
                "POST /execute/ HTTP/1.1\nHost: localhost\nContent-Type: multipart/form-data; boundary=x\nContent-Length: 99999\n\n",
                "--x\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a byte now and then until the server has an answer, or has hung up. */
    private static String dribble(Socket socket) {
        InputStream[] in = new InputStream[1];
        try {
            in[0] = socket.getInputStream();
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(() -> {
                socket.getOutputStream().write('a');
                return in[0].available() > 0;
            });
            return new String(in[0].readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "closed";
        }
    }

    private Socket beginRun(String script) throws IOException {
        RootSettings settings = new RootSettings(List.of(), 0, 0, "box", Optional.empty(), Personality.NATIVE, true);
        RootRequest request = new RootRequest(
                List.of(SandboxCommand.builder("sh", "-c", script).build()),
                settings,
                Optional.empty(),
                List.of(),
                false);
        byte[] body = RawHttp.multipart(List.of(new Part("form-data; name=\"request\"", RootCodec.write(request))));
        return send(
                "POST /runs/ HTTP/1.1\nHost: localhost\nAccept: application/x-ndjson\nConnection: close\n"
                        + "Content-Type: multipart/form-data; boundary=" + RawHttp.BOUNDARY + "\nContent-Length: "
                        + body.length + "\n\n",
                body);
    }

    private String metrics() throws IOException {
        return http.get("/metrics").text();
    }

    private void awaitCutOff(int count) {
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(metrics()).contains("sandbox_clients_cut_off " + count + "\n"));
    }

    @Test
    void uploads_thatDoNotGoOn_leaveRoomForOthersAndAreToldSo() throws IOException {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(beginUpload());
        }
        Socket health = send("GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n", new byte[0]);
        assertThat(new String(health.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .contains("{\"status\": \"ok\"}");
        int tooSlow = 0;
        for (Socket socket : slow) {
            byte[] status = socket.getInputStream().readNBytes(12);
            assertThat(new String(status, StandardCharsets.ISO_8859_1)).isIn("HTTP/1.1 408", "HTTP/1.1 503");
            tooSlow += status[11] == '8' ? 1 : 0;
        }
        assertThat(tooSlow).isPositive();
        assertThat(http.execute("{\"commands\": [\"echo still here\"]}").text()).contains("still here");
    }

    @Test
    void upload_byteByByte_isRefused() throws IOException {
        assertThat(dribble(beginUpload())).startsWith("HTTP/1.1 408 ").endsWith("The request came too slowly.");
        awaitCutOff(1);
    }

    @Test
    void headers_byteByByte_areNotWaitedFor() throws IOException {
        assertThat(dribble(send("GET /health HTTP/1.1\nX: ", new byte[0]))).isIn("", "closed");
    }

    @Test
    void answer_takenByteByByte_isCutOff() throws IOException {
        Reply saved = http.execute("{\"commands\": [\"head -c 12000000 /dev/urandom > file\"], \"save\": true}");
        Matcher id = Pattern.compile("\"environment\": \"([^\"]+)\"").matcher(saved.text());
        assertThat(id.find()).as(saved.text()).isTrue();
        Socket socket = send(
                "GET /environments/" + id.group(1) + "/ HTTP/1.1\nHost: localhost\nConnection: close\n\n", new byte[0]);
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(100)).until(() -> {
            socket.getInputStream().read();
            return metrics().contains("sandbox_clients_cut_off 1\n");
        });
    }

    @Test
    void run_whoseClientHardlyReads_givesItsSlotBackSoonAfterItsBudget() throws IOException {
        stop();
        start(Duration.ofSeconds(1), Duration.ofSeconds(1));
        Socket socket = beginRun("yes");
        assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(100)).until(() -> {
            socket.getInputStream().read();
            return metrics().contains("sandbox_slots_used 0\n");
        });
        assertThat(http.execute("{\"commands\": [\"echo still here\"]}").text()).contains("still here");
    }

    /** Its client begins to read when another one has been cut off, which takes longer than the patience. */
    @Test
    void run_whoseClientReadsLate_isNotCutOff() throws IOException {
        Socket run = beginRun("head -c 9000000 /dev/zero; echo the end");
        assertThat(run.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
        dribble(beginUpload());
        awaitCutOff(1);
        byte[] all = run.getInputStream().readAllBytes();
        assertThat(new String(Arrays.copyOfRange(all, all.length - 2000, all.length), StandardCharsets.ISO_8859_1))
                .contains("{\"response\":")
                .contains("\"exited\":0");
        assertThat(metrics()).contains("sandbox_clients_cut_off 1\n");
    }
}
