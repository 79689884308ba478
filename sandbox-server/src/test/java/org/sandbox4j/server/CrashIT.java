package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.server.RawHttp.Reply;

/** A server that is killed, or told to stop, while it works. */
@Tag("any-jdk")
class CrashIT {
    private static final Pattern SAVED = Pattern.compile("\"environment\": \"([^\"]+)\"");

    @TempDir
    private Path directory;

    /** An argument that no other process of the host has. */
    private static String marker(int number) {
        return (300 + number) + "." + ProcessHandle.current().pid();
    }

    @RepeatedTest(3)
    void kill_duringUploadsRunsAndSaves_losesNothingThatWasAnswered(RepetitionInfo round) throws Exception {
        Path data = directory.resolve("data");
        Path output = directory.resolve("output");
        String marker = marker(round.getCurrentRepetition());
        Queue<String> saved = new ConcurrentLinkedQueue<>();
        try (ServerProcess server = ServerProcess.start(data, output, "--workers", "4")) {
            RawHttp http = server.http();
            Thread saver = daemon(() -> saveUntilItFails(http, saved));
            daemon(() -> http.execute("{\"commands\": [\"sleep " + marker + " & sleep " + marker + "\"]}"));
            Socket upload = beginUpload(http.server());
            int saves = 3 * round.getCurrentRepetition();
            await().atMost(Duration.ofMinutes(1)).until(() -> saved.size() >= saves && ServerProcess.isRunning(marker));
            server.kill();
            upload.close();
            saver.join(60_000);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !ServerProcess.isRunning(marker));
        try (ServerProcess server = ServerProcess.start(data, output)) {
            for (String id : saved) {
                Reply archive = server.http().get("/environments/" + id + "/");
                assertThat(archive.status()).isEqualTo(200);
                assertThat(TarGz.content(archive.content()).get("f")).hasSize(200_000);
            }
            for (String place : List.of("runs", "uploads", "store/incoming", "book/incoming")) {
                assertThat(data.resolve(place)).isEmptyDirectory();
            }
            assertThat(data.resolve("store/environments").toFile().list()).hasSizeGreaterThanOrEqualTo(saved.size());
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private static Thread daemon(Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException e) {
                // What a client sees of a server that is killed.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void saveUntilItFails(RawHttp http, Queue<String> saved) throws IOException {
        while (true) {
            String command = "head -c 150000 /dev/urandom | base64 -w 0 | head -c 200000 > f";
            Reply reply = http.execute("{\"commands\": [\"" + command + "\"], \"save\": true}");
            Matcher matcher = SAVED.matcher(reply.text());
            // An answer that was cut off does not count.
            if (matcher.find() && reply.text().endsWith("}")) {
                saved.add(matcher.group(1));
            }
        }
    }

    private static Socket beginUpload(URI url) throws IOException {
        Socket socket = new Socket(url.getHost(), url.getPort());
        OutputStream out = socket.getOutputStream();
        String head = String.join(
                "\r\n",
                "POST /execute/ HTTP/1.1",
                "Host: localhost",
                "Content-Type: multipart/form-data; boundary=b",
                "Content-Length: 10000000",
                "",
                "--b",
                "Content-Disposition: form-data; name=\"environment\"; filename=\"x\"",
                "",
                "");
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[1_000_000]);
        out.flush();
        return socket;
    }

    @Test
    void key_ofARunThatACrashCutOff_isNotRunAgain() throws Exception {
        Path data = directory.resolve("data");
        Path output = directory.resolve("output");
        String marker = marker(50);
        List<RawHttp.Part> parts = List.of(RawHttp.Part.text("config", "{\"commands\": [\"sleep " + marker + "\"]}"));
        try (ServerProcess server = ServerProcess.start(data, output)) {
            daemon(() -> server.http().post("/execute/", parts, "Idempotency-Key: cut"));
            await().atMost(Duration.ofMinutes(1)).until(() -> ServerProcess.isRunning(marker));
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(data, output)) {
            Reply reply = server.http().post("/execute/", parts, "Idempotency-Key: cut");
            assertThat(reply.status()).isEqualTo(409);
        }
    }

    @Test
    void stop_duringARun_killsItAfterTheGrace_andLeavesNoProcess() throws Exception {
        Path data = directory.resolve("data");
        String marker = marker(60);
        try (ServerProcess server = ServerProcess.start(data, directory.resolve("output"), "--grace", "300ms")) {
            daemon(() -> server.http().execute("{\"commands\": [\"sleep " + marker + "\"]}"));
            await().atMost(Duration.ofMinutes(1)).until(() -> ServerProcess.isRunning(marker));
            assertThat(server.terminate(Duration.ofSeconds(20))).isTrue();
            assertThat(ServerProcess.isRunning(marker)).isFalse();
            assertThat(data.resolve("runs")).isEmptyDirectory();
        }
    }

    @Test
    void stop_duringARun_letsItFinishWithinTheGrace() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory.resolve("data"), directory.resolve("output"), "--grace", "30s")) {
            assertFinishes(server, marker(70));
        }
    }

    @Test
    void stopOfAnotherProgram_duringARun_letsItFinishWithinTheGrace() throws Exception {
        Path data = directory.resolve("data");
        try (ServerProcess server =
                ServerProcess.startEmbedded(data, directory.resolve("output"), Duration.ofSeconds(30))) {
            assertFinishes(server, marker(80));
            assertThat(data.resolve("runs")).isEmptyDirectory();
        }
    }

    private static void assertFinishes(ServerProcess server, String marker) throws Exception {
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        String command = "sleep " + marker + " & sleep 1; echo finished";
        Thread client = daemon(() -> answers.add(
                server.http().execute("{\"commands\": [\"" + command + "\"]}").text()));
        await().atMost(Duration.ofMinutes(1)).until(() -> ServerProcess.isRunning(marker));
        assertThat(server.terminate(Duration.ofSeconds(40))).isTrue();
        client.join(10_000);
        assertThat(answers).hasSize(1).allSatisfy(answer -> assertThat(answer).contains("\"finished\""));
        assertThat(ServerProcess.isRunning(marker)).isFalse();
    }

    /** With this heap the server could hold neither the uploads nor the outputs of all requests at once. */
    @Test
    void memory_underLoad_staysFlat() throws Exception {
        byte[] upload = new TarGz().file("big", "x".repeat(4_000_000)).toBytes();
        try (ServerProcess server = ServerProcess.start(
                directory.resolve("data"), directory.resolve("output"), "--queue-wait", "60s", "--output", "2M")) {
            RawHttp http = server.http();
            List<Reply> replies = Concurrently.call(
                    32,
                    () -> http.execute(
                            "{\"commands\": [\"wc -c < big; head -c 1000000 /dev/zero\"], \"save\": true}",
                            RawHttp.Part.file("environment", upload)));
            assertThat(replies).extracting(Reply::status).containsOnly(200);
            assertThat(http.get("/health").status()).isEqualTo(200);
        }
    }
}
