package org.sandbox4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs an example in a JVM of its own.
 *
 * @param temporary takes the output and all temporary files
 * @param environment added to this JVM's
 */
record ExampleJvm(Path temporary, Map<String, String> environment) {
    private static final int FIRST_JDK_THAT_WARNS = 22;

    /**
     * How the example ended.
     *
     * @param exit its exit code
     * @param output its standard output
     * @param errors its standard error
     */
    record Outcome(int exit, String output, String errors) {}

    Outcome run(Class<?> example, Object... arguments) throws IOException, InterruptedException {
        return run("", example, arguments);
    }

    Outcome run(String input, Class<?> example, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-Djna.tmpdir=" + temporary);
        if (Runtime.version().feature() >= FIRST_JDK_THAT_WARNS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), example.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(Files.writeString(temporary.resolve("input"), input), command);
    }

    private Outcome run(Path input, List<String> command) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        Path errors = temporary.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends in time", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    }
}
