package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM that runs a class of this kit, with the class path of this JVM. */
final class ChildJvm implements AutoCloseable {
    private static final int FIRST_JDK_WITH_RESTRICTED_NATIVE_ACCESS = 22;

    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** What to start. */
    record Launch(Class<?> main, List<String> options, List<String> arguments) {
        static Launch of(Class<?> main, Object... arguments) {
            return new Launch(
                    main, List.of(), Stream.of(arguments).map(Object::toString).toList());
        }

        Launch withOptions(String... more) {
            return new Launch(main, List.of(more), arguments);
        }

        ChildJvm start(Map<String, String> properties, Path directory) {
            try {
                Path output = Files.createTempFile(directory, "child-jvm-", ".out");
                Process process = new ProcessBuilder(command(properties))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                return new ChildJvm(process, output);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start a JVM", e);
            }
        }

        List<String> command(Map<String, String> properties) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath()));
            if (Runtime.version().feature() >= FIRST_JDK_WITH_RESTRICTED_NATIVE_ACCESS) {
                command.add("--enable-native-access=ALL-UNNAMED");
            }
            // So that what it leaves is recognised as this user's.
            Stream.of("user.home", "sandbox4j.state")
                    .filter(name -> System.getProperty(name) != null)
                    .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
            properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
            command.addAll(options);
            command.add(main.getName());
            command.addAll(arguments);
            return command;
        }

        private static String classPath() {
            return Stream.of("java.class.path", "jdk.module.path")
                    .map(name -> System.getProperty(name, ""))
                    .filter(path -> !path.isEmpty())
                    .collect(Collectors.joining(":"));
        }
    }

    /** Waits, with a deadline, until the JVM has written a line. */
    void awaitLine(String line) {
        Await.until(() -> "the line '" + line + "' of a JVM that wrote: " + output(), () -> {
            if (output().lines().anyMatch(line::equals)) {
                return true;
            }
            if (!process.isAlive()) {
                throw new AssertionError("A JVM exited with " + process.exitValue() + " and wrote: " + output());
            }
            return false;
        });
    }

    /** Lets the JVM go on for a while, in which it must not end. */
    void letRun(long microseconds) throws InterruptedException {
        if (process.waitFor(microseconds, TimeUnit.MICROSECONDS)) {
            throw new AssertionError("A JVM exited with " + process.exitValue() + " and wrote: " + output());
        }
    }

    /** Sends SIGKILL, and waits until the JVM is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        waitFor();
    }

    /** Waits, with a deadline, for the end of the JVM, and returns its exit code. */
    int waitFor() throws InterruptedException {
        if (!process.waitFor(Await.deadline().toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("A JVM did not end. It wrote: " + output());
        }
        return process.exitValue();
    }

    /** Returns what the JVM has written so far to both streams. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
