package org.sandbox4j.local.merge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.local.launch.InitProgram;

/** The sandbox's own program, as a file that can be executed. */
final class NativeProgram {
    private final Path file;

    private NativeProgram(Path file) {
        this.file = file;
    }

    /** A child process makes the file that is executed: this JVM never has it open for writing (ETXTBSY). */
    static NativeProgram in(Path directory) throws IOException, InterruptedException {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        Path resource = directory.resolve("resource");
        try (InputStream bytes =
                InitProgram.class.getResourceAsStream("/org/sandbox4j/local/init/init-" + architecture)) {
            Files.copy(bytes, resource);
        }
        Path program = directory.resolve("program");
        Result copied = Result.of(new ProcessBuilder("cp", resource.toString(), program.toString()));
        copied.requireSuccess();
        Result.of(new ProcessBuilder("chmod", "755", program.toString())).requireSuccess();
        return new NativeProgram(program);
    }

    ProcessBuilder command(Caller caller, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(caller.command(command));
    }

    Result run(Caller caller, String... arguments) throws IOException, InterruptedException {
        return Result.of(command(caller, arguments));
    }

    /** How a program ended, and what it said. */
    record Result(int exitCode, String output) {
        static Result of(ProcessBuilder builder) throws IOException, InterruptedException {
            return of(builder, new byte[0]);
        }

        static Result of(ProcessBuilder builder, byte[] input) throws IOException, InterruptedException {
            Process process = builder.redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Result(process.waitFor(), output);
        }

        void requireSuccess() {
            if (exitCode != 0) {
                throw new AssertionError("Exit code " + exitCode + ": " + output);
            }
        }
    }
}
