package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A real terminal, 100 columns wide and 30 lines high, whose screen can be looked at. */
final class Tmux implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/tmux");

    private final Path socket;

    private Tmux(Path socket) {
        this.socket = socket;
    }

    /** Starts a command; when it has ended, the terminal shows its exit code. */
    static Tmux start(Path directory, List<String> command) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "Skipped: tmux is needed.");
        Tmux tmux = new Tmux(directory.resolve("tmux"));
        String quoted = command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        Path script = Files.writeString(
                directory.resolve("in-tmux"),
                quoted + "; echo \"ended with $?\"; stty -a | grep -o ' [-]*icanon'; exec cat\n");
        tmux.call("-u", "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "exec sh " + script);
        return tmux;
    }

    /** Types keys, which have the names that tmux gives them. */
    void keys(String... keys) {
        call(Stream.concat(Stream.of("send-keys"), Stream.of(keys)).toArray(String[]::new));
    }

    /** Types a text. */
    void type(String text) {
        call("send-keys", "-l", text);
    }

    void resize(int columns, int rows) {
        call("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    String screen() {
        return call("capture-pane", "-p");
    }

    void await(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(screen()).contains(text));
    }

    private String call(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-S", socket.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("exit code of %s: %s", command, output)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        call("kill-server");
    }
}
