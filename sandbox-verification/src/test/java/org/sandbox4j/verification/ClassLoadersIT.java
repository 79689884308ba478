package org.sandbox4j.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Uses the library in a class loader that is closed, as build tools and application servers do with those of plugins: nothing of it
 * is left, and the end of the JVM prints nothing.
 */
class ClassLoadersIT {
    private static final Path SOURCES = Path.of("src", "test", "loaders").toAbsolutePath();
    private static final Pattern LIBRARY =
            Pattern.compile(".*/(sandbox-(api|local|bwrap|chroot)|jna|commons-exec|slf4j-(api|nop))[-/.].*");

    @TempDir
    private static Path classes;

    @TempDir
    private Path directory;

    @BeforeAll
    static void compile() throws Exception {
        run(
                "javac",
                List.of(
                        "-d",
                        outer().toString(),
                        SOURCES.resolve("outer/Outer.java").toString()));
        List<String> inside = new ArrayList<>(List.of("-d", inner().toString(), "-cp"));
        inside.add(String.join(File.pathSeparator, library()));
        try (Stream<Path> sources = Files.list(SOURCES.resolve("inner"))) {
            sources.map(Path::toString).forEach(inside::add);
        }
        run("javac", inside);
    }

    @Test
    void loader_afterRunsWithEachBackendAndLauncher_isFreed() throws Exception {
        assertThat(use("RunLocally", directory.toString(), true)).containsExactly("freed: true", "hooks: 0", "ending");
    }

    /** The classes are not there any more when the shutdown hook needs them. */
    @ParameterizedTest
    @CsvSource({"bwrap, native", "bwrap, process", "chroot, native", "chroot, process"})
    void sandbox_leftOpenByAClosedLoader_isClosedAtTheEndOfTheJvm(String backend, String launcher) throws Exception {
        String seconds = String.valueOf(1_000_000_000L + System.nanoTime() % 1_000_000_000L);

        assertThat(use("LeaveOpen", String.join(",", backend, launcher, seconds, directory.toString()), false))
                .containsExactly("ending");

        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(seconds)))
                .isEmpty();
        assertThat(directory.resolve("scratch")).doesNotExist();
    }

    /** Returns what was printed on standard output; on standard error there must be nothing. */
    private static List<String> use(String inner, String argument, boolean free) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-Xmx64m",
                "-XX:SoftRefLRUPolicyMSPerMB=0",
                "-Dsandbox4j.idle=100",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-cp",
                outer().toString()));
        if (Runtime.version().feature() >= 22) {
            arguments.add("--enable-native-access=ALL-UNNAMED");
        }
        arguments.addAll(List.of("Outer", inner, argument, String.valueOf(free), inner().toString()));
        arguments.addAll(library());
        return run("java", arguments).lines().toList();
    }

    private static Path outer() {
        return classes.resolve("outer");
    }

    private static Path inner() {
        return classes.resolve("inner");
    }

    /** The tests' own class path is larger than that of a user. */
    private static List<String> library() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> LIBRARY.matcher(entry).matches())
                .toList();
    }

    private static String run(String program, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", program).toString());
        command.addAll(arguments);
        Path output = Files.createTempFile(classes, program, ".out");
        Path errors = Files.createTempFile(classes, program, ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("%s ends in time", program)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(Files.readString(errors, StandardCharsets.UTF_8))
                .as("%s%n%s", command, printed)
                .isEmpty();
        assertThat(process.exitValue()).isZero();
        return printed;
    }
}
