package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class LargeTreeIT {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String MEMBERS = System.getProperty("sandbox4j.tests.members", "40000");
    private static final String BYTES = System.getProperty("sandbox4j.tests.bytes", Long.toString(1L << 28));

    private Path directory;

    /** Where files live in memory, tens of thousands take seconds and not minutes. */
    @BeforeEach
    void prepare() throws IOException {
        directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "sandbox4j-")
                : Files.createTempDirectory("sandbox4j-");
    }

    @AfterEach
    void remove() throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.forEach(paths::add);
        }
        paths.sort(Comparator.reverseOrder());
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    @Test
    void largeTree_needsLittleMemory() throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeTree.class.getName(),
                        directory.toString(),
                        MEMBERS,
                        BYTES)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
