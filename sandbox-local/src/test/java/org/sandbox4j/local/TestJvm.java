package org.sandbox4j.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM that runs a main class of the tests, and with which they talk line by line. Killed when it is closed. */
public final class TestJvm implements AutoCloseable {
    private static final long SECONDS_TO_END = 30;

    private final Process process;
    private final BufferedReader output;

    private TestJvm(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a main class. */
    public static TestJvm start(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(main.getName());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return new TestJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits for a line, and fails with what came instead. */
    public void awaitLine(String line) throws IOException {
        List<String> others = new ArrayList<>();
        for (String next = output.readLine(); next != null; next = output.readLine()) {
            if (next.equals(line)) {
                return;
            }
            others.add(next);
        }
        throw new AssertionError("No line '" + line + "' but: " + String.join("\n", others));
    }

    /** Sends a line. */
    public void send(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Kills it with SIGKILL, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new AssertionError("A killed JVM has not ended.");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
