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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs a user's program in {@code src/test/consumer} with what sandbox-bwrap brings along and nothing
 * else, on the module path and on the class path.
 */
class ConsumerIT {
    private static final Path SOURCES = Path.of("src", "test", "consumer").toAbsolutePath();
    private static final Path RUNTIME = Path.of("target", "runtime").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void bwrap_bringsFewDependencies() throws IOException {
        assertThat(runtimeJars().stream().map(jar -> jar.getFileName().toString()))
                .containsExactlyInAnyOrder(
                        "sandbox-api.jar",
                        "sandbox-local.jar",
                        "sandbox-bwrap.jar",
                        "jna.jar",
                        "commons-exec.jar",
                        "slf4j-api.jar");
    }

    @Test
    void provider_onModulePath_isFound() throws Exception {
        String path = RUNTIME.toString();
        compile("--module-path", path, "module-info.java", "consumer/ListProviders.java");

        String modules = path + File.pathSeparator + directory.resolve("classes");
        assertThat(java("--module-path", modules, "--module", "consumer/consumer.ListProviders"))
                .contains("bwrap org.sandbox4j.bwrap");
    }

    @Test
    void provider_onClassPath_isFound() throws Exception {
        String path = runtimeJars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        compile("--class-path", path, "consumer/ListProviders.java");

        String classes = path + File.pathSeparator + directory.resolve("classes");
        assertThat(java("--class-path", classes, "consumer.ListProviders")).contains("bwrap null");
    }

    private static List<Path> runtimeJars() throws IOException {
        try (Stream<Path> jars = Files.list(RUNTIME)) {
            return jars.sorted().toList();
        }
    }

    /** With all warnings as errors: users need no annotations of ours on their path. */
    private void compile(String pathOption, String path, String... sources) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-implicit:none"));
        arguments.addAll(
                List.of(pathOption, path, "-d", directory.resolve("classes").toString()));
        for (String source : sources) {
            arguments.add(SOURCES.resolve(source).toString());
        }
        run("javac", arguments);
    }

    private List<String> java(String... arguments) throws Exception {
        return run("java", List.of(arguments)).lines().toList();
    }

    /** Runs a program of this JDK and gives its standard output. */
    private String run(String program, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", program).toString());
        command.addAll(arguments);
        Path output = directory.resolve(program + ".out");
        Path errors = directory.resolve(program + ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES))
                    .as("%s ends in time", program)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue())
                .as("%s %s%n%s%s", program, arguments, printed, Files.readString(errors))
                .isZero();
        return printed;
    }
}
