package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random archives and damaged ones, from a seed that the failure shows. Nothing outside may change, nor an error escape. */
@Tag("any-jdk")
class MutatedArchivesTest {
    private static final long SEED = Long.getLong("sandbox4j.tests.seed", 20261124);
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("sandbox4j.tests.fuzz.millis", 2000));
    private static final ArchiveLimits LIMITS = new ArchiveLimits(200, 1 << 20, 200, 10, 500, 16 << 10);
    private static final List<String> NAMES = List.of(
            "a",
            "b",
            "a/b",
            "a/b/c",
            "b/a",
            "..",
            "../victim",
            "../../victim",
            "/tmp/x",
            "./a",
            "a/",
            "a//b",
            ".",
            "",
            "a/..",
            "é",
            "../../outside/inner",
            "a/../../..");

    @TempDir
    private Path directory;

    @Test
    void randomMembers_areExtractedInsideOrRefused() throws IOException {
        Random random = new Random(SEED);
        attack("random members", () -> randomArchive(random).gzip());
    }

    @Test
    void damagedTar_isExtractedInsideOrRefused() throws IOException {
        Random random = new Random(SEED);
        attack("damaged tar", () -> TarBytes.gzip(damaged(randomArchive(random).bytes(), random)));
    }

    @Test
    void damagedGzip_isExtractedInsideOrRefused() throws IOException {
        Random random = new Random(SEED);
        attack("damaged gzip", () -> damaged(randomArchive(random).gzip(), random));
    }

    private interface Archives {
        byte[] next();
    }

    private void attack(String what, Archives archives) throws IOException {
        Surroundings surroundings = new Surroundings(directory);
        long end = System.nanoTime() + NANOS;
        int accepted = 0;
        int round = 0;
        for (; System.nanoTime() < end; round++) {
            byte[] archive = archives.next();
            try {
                surroundings.extract(ArchiveExtractor.create().withLimits(LIMITS), archive);
                accepted++;
            } catch (ArchiveException e) {
                assertThat(surroundings.target()).doesNotExist();
            } catch (IOException | RuntimeException e) {
                throw new AssertionError(what + ", seed " + SEED + ", round " + round, e);
            }
            makeAccessible(surroundings.target());
            Map<String, String> outside = surroundings.changes();
            outside.keySet().removeIf(path -> path.startsWith("place/target"));
            assertThat(outside).as("%s, seed %s, round %s", what, SEED, round).isEmpty();
            delete(surroundings.target());
        }
        assertThat(accepted).as("accepted of %s", round).isPositive().isLessThan(round);
    }

    private static TarBytes randomArchive(Random random) {
        TarBytes tar = new TarBytes();
        for (int members = random.nextInt(6); members >= 0; members--) {
            String name = pick(random, NAMES);
            String link = pick(random, NAMES);
            switch (random.nextInt(10)) {
                case 0, 1 -> tar.file(name, "x".repeat(random.nextInt(700)));
                case 2, 3 -> tar.directory(name);
                case 4, 5 -> tar.symbolicLink(name, link);
                case 6 -> tar.hardLink(name, link);
                case 7 -> tar.pax('x', "path=" + name, "linkpath=" + link);
                case 8 -> tar.longName(random.nextBoolean() ? 'L' : 'K', name);
                default -> tar.member((char) random.nextInt(128), name, link, new byte[0]);
            }
        }
        return tar;
    }

    private static String pick(Random random, List<String> names) {
        return names.get(Math.min(random.nextInt(names.size()), random.nextInt(names.size())));
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int changes = random.nextInt(3); changes >= 0; changes--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? damaged : TarBytes.withChecksums(damaged);
    }

    /** Damaged archives have directories that their owner cannot look into. */
    private static void makeAccessible(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            List<Path> children;
            try (Stream<Path> paths = Files.list(path)) {
                children = paths.toList();
            }
            for (Path child : children) {
                makeAccessible(child);
            }
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            List<Path> paths = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(path)) {
                walk.forEach(paths::add);
            }
            for (int i = paths.size() - 1; i >= 0; i--) {
                Files.delete(paths.get(i));
            }
        }
    }
}
