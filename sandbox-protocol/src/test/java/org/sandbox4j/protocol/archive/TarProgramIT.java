package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.protocol.tree.FileNames;

/** GNU tar reads our archives, and we read its own, in each of its formats. */
class TarProgramIT {
    @TempDir
    private Path directory;

    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        assumeTrue(isThere("tar") && isThere("gzip"), "GNU tar and gzip are needed");
        tree = Files.createDirectory(directory.resolve("tree"));
        Path deep = Files.createDirectories(tree.resolve("d/" + "n".repeat(90)));
        Files.writeString(deep.resolve("m".repeat(90)), "long");
        Files.writeString(tree.resolve("a b"), "hard");
        Files.createLink(tree.resolve("again"), tree.resolve("a b"));
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("../nowhere"));
        Files.writeString(tree.resolve(FileNames.path("é€😀")), "name");
        Files.createDirectory(
                tree.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-x---")));
        Files.write(tree.resolve("large"), new byte[1 << 20]);
        for (String path : List.of("a b", "closed", "large")) {
            Files.setLastModifiedTime(tree.resolve(path), FileTime.from(Instant.parse("2020-01-02T03:04:05.123456Z")));
        }
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private void tar(String... arguments) throws Exception {
        List<String> command =
                Stream.concat(Stream.of("tar"), Stream.of(arguments)).toList();
        Path output = directory.resolve("tar.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax"})
    void archive_ofTar_isExtracted(String format) throws Exception {
        Path archive = directory.resolve("archive.tgz");
        tar("-czf", archive.toString(), "--format=" + format, "-C", tree.toString(), ".");
        Path copy = directory.resolve("copy");
        try (InputStream in = Files.newInputStream(archive)) {
            ArchiveExtractor.create().extract(in, copy);
        }
        assertThat(Surroundings.snapshot(copy)).isEqualTo(Surroundings.snapshot(tree));
    }

    @Test
    void archive_ofOurs_isExtractedByTar() throws Exception {
        Path archive = directory.resolve("archive.tgz");
        try (OutputStream out = Files.newOutputStream(archive)) {
            ArchiveWriter.create().write(tree, out);
        }
        Path copy = Files.createDirectory(directory.resolve("copy"));
        tar("-xzpf", archive.toString(), "-C", copy.toString());
        assertThat(Surroundings.snapshot(copy, "a b", "closed", "large"))
                .isEqualTo(Surroundings.snapshot(tree, "a b", "closed", "large"));
    }
}
