package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses the store as a module, among modules alone. */
class ModulePathIT {
    private static final List<String> NEEDED = List.of(
            "/sandbox-",
            "/HikariCP-",
            "/commons-compress-",
            "/commons-io-",
            "/commons-lang3-",
            "/commons-codec-",
            "/flyway-",
            "/geantyref-",
            "/h2-",
            "/jackson-core-",
            "/jdbi3-core-",
            "/postgresql-",
            "/slf4j-");

    @TempDir
    private Path directory;

    @Test
    void h2_isFoundMigratedAndUsed() throws IOException, InterruptedException {
        Path source = directory.resolve("program.java");
        Files.writeString(source, """
                import java.net.URI;
                import java.nio.file.Path;
                import org.sandbox4j.fleet.jdbc.JdbcFleetStore;

                class Program {
                    public static void main(String[] arguments) {
                        try (var store = JdbcFleetStore.h2(Path.of(arguments[0]))) {
                            store.addServer("a", URI.create("http://a/"), true);
                            System.out.println(store.servers() + " " + store.getClass().getModule());
                        }
                    }
                }
                """);
        assertThat(run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modulePath(),
                        "--add-modules",
                        "org.sandbox4j.fleet.jdbc",
                        source.toString(),
                        directory.resolve("fleet").toString()))
                .contains("[ServerEntry[id=1, name=a, url=http://a/, enabled=true]] module org.sandbox4j.fleet.jdbc");
    }

    private static String modulePath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("test"))
                .filter(entry -> NEEDED.stream().anyMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            int status = process.waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(status).as(text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
