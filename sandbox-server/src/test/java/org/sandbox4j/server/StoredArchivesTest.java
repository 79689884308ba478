package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.ResourceLimits.Enforcement;

class StoredArchivesTest {
    private static final int DISK = 100_000;

    @TempDir
    private Path directory;

    private EnvironmentStore environments;
    private StoredArchives archives;

    @BeforeEach
    void open() throws IOException {
        environments =
                EnvironmentStore.open(directory.resolve("store"), Duration.ofHours(1), 1 << 20, Clock.systemUTC());
        archives = new StoredArchives(
                environments,
                new RunDirectories(directory.resolve("runs")),
                new RunLimits(1, 1, 1, DISK, 1, 1000, Enforcement.BEST_EFFORT),
                10);
    }

    private static NewLayer layer(TarGz archive) throws IOException {
        byte[] bytes = archive.toBytes();
        return NewLayer.of(out -> out.write(bytes));
    }

    private StoredEnvironment saved(NewLayer... layers) throws IOException {
        return environments.save(Tenant.EVERYBODY, List.of(), List.of(layers), false);
    }

    private String text(StoredEnvironment environment, String path) throws Exception {
        try (var content = archives.file(environment, path).orElseThrow().content()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void flat_afterSomebodyElseDidIt_isWhatHeMade() throws Exception {
        StoredEnvironment environment = saved(layer(new TarGz().file("a", "1")), layer(new TarGz().file("b", "2")));
        StoredEnvironment flat = archives.flat(environment);
        assertThat(flat.layers()).hasSize(1);
        assertThat(archives.flat(environment)).isEqualTo(flat);
        assertThat(text(environment, "b")).isEqualTo("2");
    }

    @Test
    void flat_ofLayersBeyondTheDiskLimit_isRefusedAndLeavesNothing() throws Exception {
        StoredEnvironment environment = saved(
                layer(new TarGz().file("a", "x".repeat(DISK / 2))),
                layer(new TarGz().file("b", "y".repeat(DISK / 2))),
                layer(new TarGz().file("c", "z".repeat(DISK / 2))));
        assertThatThrownBy(() -> archives.flat(environment))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("more than the " + DISK + " bytes");
        assertThat(directory.resolve("runs")).isEmptyDirectory();
    }

    @Test
    void flat_ofLayersThatReplaceOneAnother_isInsideTheDiskLimit() throws Exception {
        StoredEnvironment environment = saved(
                layer(new TarGz().file("a", "x".repeat(DISK / 2))),
                layer(new TarGz().file("a", "y".repeat(DISK / 2))),
                layer(new TarGz().file("a", "z".repeat(DISK / 2))));
        assertThat(text(environment, "a")).startsWith("zzz");
    }

    @Test
    void links_inAChain_takeOnePass() throws Exception {
        TarGz tar = new TarGz().file("f", "found");
        for (int i = 38; i >= 0; i--) {
            tar.symbolicLink("l" + i, i == 38 ? "f" : "l" + (i + 1));
        }
        byte[] bytes =
                tar.symbolicLink("loop", "loop").symbolicLink("far", "l0").toBytes();
        AtomicInteger opened = new AtomicInteger();
        ArchiveLinks links = ArchiveLinks.of(() -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(bytes);
        });
        assertThat(links.resolve("l0")).contains("f");
        assertThat(links.resolve("none")).contains("none");
        assertThat(links.resolve("loop")).isEmpty();
        assertThat(links.resolve("far")).isEmpty();
        assertThat(opened).hasValue(1);
    }

    @Test
    void links_withTooManyCharacters_areNotKept() throws Exception {
        byte[] bytes = new TarGz().symbolicLink("12345", "67890").toBytes();
        assertThat(ArchiveLinks.of(() -> new ByteArrayInputStream(bytes), 10).resolve("12345"))
                .contains("67890");
        assertThatThrownBy(() -> ArchiveLinks.of(() -> new ByteArrayInputStream(bytes), 9))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("too many characters");
    }

    @Test
    void work_askedForAgainMeanwhile_isDoneOnce() throws Exception {
        SharedWork<String, Integer> shared = new SharedWork<>(new Slots(2, 1, Duration.ofMinutes(1)));
        AtomicInteger done = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Slots.Work<Integer> work = () -> {
            begun.countDown();
            mayEnd.await();
            return done.incrementAndGet();
        };
        FutureTask<Integer> first = started(() -> shared.get("key", work), "first");
        begun.await();
        FutureTask<Integer> second = new FutureTask<>(() -> shared.get("key", work));
        Thread thread = new Thread(second, "second");
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        mayEnd.countDown();
        assertThat(first.get()).isEqualTo(1);
        assertThat(second.get()).isEqualTo(1);
        assertThat(shared.get("key", work)).isEqualTo(2);
    }

    private static FutureTask<Integer> started(Callable<Integer> call, String name) {
        FutureTask<Integer> task = new FutureTask<>(call);
        new Thread(task, name).start();
        return task;
    }

    @Test
    void work_thatFails_failsForAllAndIsTriedAgain() throws Exception {
        SharedWork<String, Integer> shared = new SharedWork<>(new Slots(2, 1, Duration.ofMinutes(1)));
        assertThatThrownBy(() -> shared.get("key", () -> {
                    throw new IOException("broken");
                }))
                .hasMessage("broken");
        assertThat(shared.get("key", () -> 7)).isEqualTo(7);
    }
}
