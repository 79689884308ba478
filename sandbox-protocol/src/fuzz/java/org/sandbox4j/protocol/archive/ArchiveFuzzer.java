package org.sandbox4j.protocol.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes out of the decompressor, nothing outside changes, and nothing but a refusal is thrown. */
class ArchiveFuzzer {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(200, 1 << 20, 200, 10, 500, 16 << 10);

    static Stream<Arguments> seeds() {
        return Stream.of(
                        new TarBytes().file("a", "x").hardLink("b", "a").symbolicLink("c", "../victim"),
                        new TarBytes().directory("d/").file("d/f", "x").pax('x', "path=e", "mtime=1.5").file("f", ""),
                        new TarBytes().longName('L', "long").file("a", "").longName('K', "../victim").hardLink("b", "a"))
                .map(tar -> Arguments.of(tar.bytes()));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void extract_anything_isInsideOrRefused(byte[] tar) throws IOException {
        Path directory = Files.createTempDirectory("fuzz-");
        attack(TarBytes.gzip(TarBytes.withChecksums(tar)), directory);
    }

    private static void attack(byte[] archive, Path directory) throws IOException {
        Surroundings surroundings = new Surroundings(directory);
        try {
            surroundings.extract(ArchiveExtractor.create().withLimits(LIMITS), archive);
        } catch (ArchiveException e) {
            // Refused.
        }
        Map<String, String> changes = surroundings.changes();
        changes.keySet().removeIf(path -> path.startsWith("place/target"));
        if (!changes.isEmpty()) {
            throw new AssertionError(changes.toString());
        }
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.forEach(paths::add);
        }
        Collections.reverse(paths);
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
