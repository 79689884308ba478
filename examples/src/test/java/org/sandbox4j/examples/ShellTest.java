package org.sandbox4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxFlags;

class ShellTest {
    @TempDir
    private Path temporary;

    @Test
    void parse_optionsOnBothSidesOfTheDirectory_areTaken() {
        ShellOptions options = parse(
                "--read-only",
                "/box",
                "--mark",
                "/a",
                "--mark-artifact",
                "/b",
                "--env",
                "A=1=2",
                "--env",
                "B",
                "ls",
                "-l",
                "--",
                "--network");

        assertThat(options.directory()).isEqualTo(Path.of("/box"));
        assertThat(options.command()).containsExactly("ls", "-l", "--", "--network");
        assertThat(options.marks()).isEqualTo(Map.of("/a", false, "/b", true));
        assertThat(options.environment())
                .containsEntry("A", "1=2")
                .containsEntry("B", "caller's")
                .containsKey("PATH");
        assertThat(options.flags()).containsExactly(SandboxFlags.ROOT_READ_ONLY, SandboxFlags.INTERACTIVE);
    }

    @Test
    void parse_twoDashes_beginTheCommand() {
        assertThat(parse("/box", "--", "--odd", "x").command()).containsExactly("--odd", "x");
    }

    @Test
    void parse_mistakes_areNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse()).withMessageContaining("Name the directory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("/box", "--odd"))
                .withMessageContaining("'--odd'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("/box", "--bind", "/x"))
                .withMessageContaining("--bind");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("/box", "--uid", "x"))
                .withMessageContaining("'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("/box", "--env", "C"))
                .withMessageContaining("'C'");
    }

    @Test
    void sandboxDirectory_ofASandboxOrItsRoot_isFound() throws IOException {
        Path box = Files.createDirectories(temporary.resolve("box"));
        Path root = Files.createDirectories(box.resolve("root/bin")).getParent();
        Files.createDirectory(root.resolve("root"));

        assertThat(Shell.sandboxDirectory(box)).isEqualTo(box);
        assertThat(Shell.sandboxDirectory(root)).isEqualTo(box);
    }

    @Test
    void sandboxDirectory_ofASystem_isNotMistakenForASandbox() throws IOException {
        Path system = Files.createDirectories(temporary.resolve("debian/usr")).getParent();
        Files.createDirectory(system.resolve("root"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shell.sandboxDirectory(system))
                .withMessageContaining("is a root itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shell.sandboxDirectory(system.resolve("usr")))
                .withMessageContaining("no root");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shell.sandboxDirectory(system.resolve("none")))
                .withMessageContaining("no directory");
    }

    private static ShellOptions parse(String... words) {
        return ShellOptions.parse(List.of(words), Map.of("B", "caller's"));
    }
}
