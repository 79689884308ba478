package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.server.RawHttp.Reply;

/** More clients than a server has places for, without a pause. */
@Tag("any-jdk")
class OverloadIT {
    private static final int CLIENTS = 64;
    private static final int WORKERS = 4;

    /** A minute with the profile "endurance"; longer where a slow machine has not answered each client by then. */
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("sandbox4j.server.overload.seconds", 4));

    private static final Duration LONGEST = TIME.plusMinutes(2);

    /** Heap, and what a JVM with a hundred threads needs beside it. */
    private static final long MOST_MEBIBYTES = 128 + 320;

    @TempDir
    private Path directory;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();

    @Test
    void manyClients_areAnsweredRightOrRefused_inBoundedMemory() throws Exception {
        Path data = directory.resolve("data");
        try (ServerProcess server = ServerProcess.start(
                data,
                directory.resolve("output"),
                "--workers",
                "" + WORKERS,
                "--queue",
                "16",
                "--queue-wait",
                "300ms")) {
            RawHttp http = server.http();
            long start = System.nanoTime();
            Concurrently.call(CLIENTS, () -> {
                do {
                    callOnce(http);
                } while (goesOn(System.nanoTime() - start));
                return null;
            });
            assertThat(answered).as("answered").hasValueGreaterThan(CLIENTS);
            assertThat(refused).as("refused").hasPositiveValue();
            assertThat(peakMebibytes(server.pid())).as("peak memory, MiB").isLessThan(MOST_MEBIBYTES);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertRoomsAreEmpty(data.resolve("runs")));
            assertThat(http.get("/metrics").text())
                    .contains("sandbox_slots_used 0\n")
                    .contains("sandbox_run_seconds_count " + answered + "\n");
        }
    }

    /** The server keeps as many rooms as it has workers, with nothing of a request in them. */
    private static void assertRoomsAreEmpty(Path runs) throws IOException {
        try (Stream<Path> rooms = Files.list(runs)) {
            assertThat(rooms.toList())
                    .hasSizeLessThanOrEqualTo(WORKERS)
                    .allSatisfy(room -> assertThat(room.resolve("tmp")).doesNotExist())
                    .allSatisfy(room -> assertThat(room.resolve("root/home")).isEmptyDirectory());
        }
    }

    private boolean goesOn(long nanos) {
        boolean enough = answered.get() > CLIENTS && refused.get() > 0;
        return nanos < (enough ? TIME : LONGEST).toNanos();
    }

    /** Each command has a result of its own, so that no answer can be somebody else's. */
    private void callOnce(RawHttp http) throws IOException {
        String own = "result " + number.incrementAndGet() + " of "
                + ProcessHandle.current().pid();
        Reply reply = http.execute("{\"commands\": [\"echo " + own + "\"]}");
        if (reply.status() == 200) {
            assertThat(reply.text()).contains("\"status\": 0").contains("\"stdout\": \"" + own + "\"");
            answered.incrementAndGet();
        } else {
            assertThat(reply.status()).as(reply.text()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            refused.incrementAndGet();
        }
    }

    private static long peakMebibytes(long pid) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        String peak = status.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(peak.replaceAll("[^0-9]", "")) / 1024;
    }
}
