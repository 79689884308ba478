package org.sandbox4j.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own. */
final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "Listening on ";

    private final Process process;
    private final URI url;

    private ServerProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    static ServerProcess start(Path data, Path output, String... settings) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("org.sandbox4j.server.Main", "--data", data.toString(), "--port", "0"));
        arguments.addAll(List.of(settings));
        return start(arguments, output);
    }

    /** Starts a program that has a server in it and handles no signals. */
    static ServerProcess startEmbedded(Path data, Path output, Duration grace) throws IOException {
        return start(List.of(EmbeddedServer.class.getName(), data.toString(), grace.toString()), output);
    }

    private static ServerProcess start(List<String> arguments, Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(Duration.ofMinutes(1)).until(() -> listening(output).isPresent() || !process.isAlive());
        String url = listening(output)
                .orElseThrow(() -> new IllegalStateException("The server did not start: " + read(output)));
        return new ServerProcess(process, URI.create(url));
    }

    private static Optional<String> listening(Path output) {
        return read(output)
                .lines()
                .filter(line -> line.startsWith(LISTENING))
                .map(line -> line.substring(LISTENING.length()))
                .findFirst();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawHttp http() {
        return new RawHttp(url);
    }

    long pid() {
        return process.pid();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends SIGTERM and waits for the end. */
    boolean terminate(Duration longest) throws InterruptedException {
        process.destroy();
        return process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Tells whether any process of the host has this argument. */
    static boolean isRunning(String argument) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (commandLine(process).contains("\0" + argument + "\0")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }
}
