package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody exchanges directories for links to the outside all the time. */
@Tag("any-jdk")
class RacedLinksTest {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    @TempDir
    private Path directory;

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger swaps = new AtomicInteger();

    private interface Action {
        void run() throws IOException;
    }

    private void whileSwapping(Action swap, Action action) throws Exception {
        Thread swapper = new Thread(() -> {
            while (!stopped.get()) {
                try {
                    swap.run();
                    swaps.incrementAndGet();
                } catch (IOException e) {
                    Thread.onSpinWait(); // What it swaps may be gone, or not be there yet.
                }
            }
        });
        swapper.start();
        try {
            long end = System.nanoTime() + NANOS;
            while (System.nanoTime() < end) {
                action.run();
            }
        } finally {
            stopped.set(true);
            swapper.join();
        }
        assertThat(swaps.get()).as("swaps").isPositive();
    }

    /** The directory goes away, and a link to the outside takes its place for a moment. */
    private static void swap(Path swapped, Path outside) throws IOException {
        Path aside = swapped.resolveSibling("aside");
        Files.move(swapped, aside);
        Files.createSymbolicLink(swapped, outside);
        Files.delete(swapped);
        Files.move(aside, swapped);
    }

    @Test
    void write_whileADirectoryIsSwappedForALink_readsNothingOutside() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "SECRET");
        Path swapped = Files.createDirectories(directory.resolve("tree/swapped"));
        Files.writeString(swapped.resolve("harmless"), "x");
        whileSwapping(() -> swap(swapped, outside), () -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                ArchiveWriter.create().write(directory.resolve("tree"), out);
            } catch (ArchiveException | IOException e) {
                return; // It noticed.
            }
            byte[] tar = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes();
            assertThat(new String(tar, StandardCharsets.ISO_8859_1)).doesNotContain("SECRET");
        });
    }

    @Test
    void extract_whileADirectoryIsSwappedForALink_changesNothingOutside() throws Exception {
        Surroundings surroundings = new Surroundings(directory);
        Path place = surroundings.target().getParent();
        Path outside = directory.resolve("outside");
        Map<String, String> before = Surroundings.snapshot(outside, "inner");
        TarBytes tar = new TarBytes().directory("inner/");
        for (int i = 0; i < 50; i++) {
            tar.file("inner/f" + i, "x")
                    .directory("inner/d" + i)
                    .symbolicLink("inner/l" + i, "x")
                    .hardLink("inner/h" + i, "inner/f" + i);
        }
        byte[] archive = tar.gzip();
        whileSwapping(() -> swapInside(place, outside), () -> {
            try {
                surroundings.extract(ArchiveExtractor.create(), archive);
            } catch (ArchiveException | IOException e) {
                assertThat(surroundings.target()).doesNotExist();
            }
            assertThat(Surroundings.snapshot(outside, "inner")).isEqualTo(before);
            if (Files.exists(surroundings.target())) {
                Files.move(
                        surroundings.target(),
                        Files.createTempDirectory(directory, "done-").resolve("t"));
            }
        });
    }

    private static void swapInside(Path place, Path outside) throws IOException {
        List<Path> found;
        try (Stream<Path> paths = Files.list(place)) {
            found = paths.toList();
        }
        for (Path path : found) {
            swap(path.resolve("tree/inner"), outside);
        }
    }
}
