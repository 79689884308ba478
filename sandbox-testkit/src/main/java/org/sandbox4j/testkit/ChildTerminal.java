package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program on a terminal of this host, 100 columns wide and 30 lines high, which script(1) makes. */
final class ChildTerminal implements AutoCloseable {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    private final Process process;
    private final TerminalScreen screen;
    private final Path directory;
    private List<ProcessHandle> survivors = List.of();

    private ChildTerminal(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        screen = new TerminalScreen(process.getOutputStream(), process.getInputStream());
    }

    static ChildTerminal start(List<String> command, String redirection, Path directory) {
        Assumptions.assumeTrue(
                Files.isExecutable(SCRIPT), "Skipped: script(1) of util-linux is needed for a terminal of this host.");
        String quoted = command.stream().map(ChildTerminal::quote).collect(Collectors.joining(" "));
        try {
            Path file = Files.writeString(
                    directory.resolve("on-terminal"),
                    "trap '' HUP; stty rows 30 cols 100; tty > tty; stty -g > before\n" + quoted + " " + redirection
                            + "\necho \"ended with $?\"; stty -g > after; echo over\n");
            Process process = new ProcessBuilder(SCRIPT.toString(), "-qefc", "exec sh " + file, "/dev/null")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new ChildTerminal(process, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a program on a terminal", e);
        }
    }

    private static String quote(String argument) {
        return "'" + argument.replace("'", "'\\''") + "'";
    }

    TerminalScreen screen() {
        return screen;
    }

    /** Changes the size of the terminal, as its window would. */
    void resize(int columns, int rows) throws InterruptedException {
        try {
            String tty = Files.readString(directory.resolve("tty")).strip();
            Process stty = new ProcessBuilder(
                            "stty", "-F", tty, "rows", Integer.toString(rows), "cols", Integer.toString(columns))
                    .inheritIO()
                    .start();
            assertThat(stty.waitFor()).as("exit code of stty").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the terminal, as its window would; the program is one that ignores SIGHUP. */
    void hangUp() {
        survivors = process.descendants().toList();
        process.destroyForcibly();
    }

    /** Waits for the end of the program, whose exit code must be this, and which must leave the terminal as it was. */
    void assertEnds(int code) throws IOException {
        screen.await("ended with " + code);
        screen.await("over");
        assertThat(Files.readString(directory.resolve("after")))
                .as("modes of the terminal afterwards")
                .isEqualTo(Files.readString(directory.resolve("before")));
    }

    /**
     * Kills the JVM. What it has started must end by itself then; to kill that, too, could hit a helper of a sandbox in the moment in
     * which another one waits for it. What is still alive might write into the directory that is removed next.
     */
    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), survivors.stream())
                .distinct()
                .toList();
        all.stream().filter(ChildTerminal::isJvm).forEach(ProcessHandle::destroyForcibly);
        all.forEach(ChildTerminal::awaitEnd);
        process.destroyForcibly();
        awaitEnd(process.toHandle());
    }

    private static boolean isJvm(ProcessHandle handle) {
        return handle.info().command().orElse("").endsWith("/java");
    }

    private static void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().orTimeout(1, TimeUnit.MINUTES).join();
        } finally {
            handle.destroyForcibly();
        }
    }
}
