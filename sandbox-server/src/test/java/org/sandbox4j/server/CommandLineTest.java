package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    @TempDir
    private Path directory;

    @Test
    void settings_ofTheFile_areOverriddenOnTheCommandLine() throws IOException {
        Path tokens =
                Files.writeString(directory.resolve("tokens"), "# ours\n0123456789abcdef\nbuilds  fedcba9876543210\n");
        Path file = Files.writeString(
                directory.resolve("server.properties"),
                "data = %s\nport = 1\nmemory = 64M\nqueue-wait = 250ms\ntoken-file = %s\nenviron.LANG = C\n"
                        .formatted(directory, tokens));
        Settings settings = CommandLine.parse(List.of("--port", "2", "--config", file.toString()))
                .settings();
        assertThat(settings.port()).isEqualTo(2);
        assertThat(settings.limits().memoryBytes()).isEqualTo(64L << 20);
        assertThat(settings.queueWait()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.tokens())
                .containsExactly(
                        new BearerToken("0123456789abcdef", Tenant.ofToken("0123456789abcdef")),
                        new BearerToken("fedcba9876543210", Tenant.named("builds")));
        assertThat(settings.environ()).containsEntry("LANG", "C");
        assertThat(settings.toString()).doesNotContain("0123456789abcdef");
        assertThat(settings.tokens().toString()).doesNotContain("0123456789abcdef", "fedcba9876543210");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, x, 'Cannot use port = x: Give a number.'",
        "--port, 70000, A port is between 0 and 65535",
        "--memory, 1X, 'Cannot use memory = 1X: Give a number of bytes'",
        "--memory, 0, memory must be more than 0",
        "--grace, 10, 'Give a number with ms, s, m, h or d'",
        "--open-to-all, yes, Say true or false",
        "--image, /no/such, is no directory",
        "--token-file, /no/such, Cannot use token-file",
        "--config, /no/such, Cannot read the configuration '/no/such'",
        "--prot, 1, 'There is no setting ''prot'', which is in the command line. See --help.'",
        "port, 1, 'Cannot use ''port'''"
    })
    void value_wrong_isSaid(String flag, String value, String message) {
        assertThatThrownBy(() -> CommandLine.parse(List.of(flag, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void value_missing_isSaid() {
        assertThatThrownBy(() -> CommandLine.parse(List.of("--port"))).hasMessage("'--port' has no value. See --help.");
        assertThatThrownBy(() -> CommandLine.parse(List.of()).settings()).hasMessageContaining("No data directory");
    }

    @Test
    void help_namesEverySetting() {
        assertThat(ServerOption.ALL)
                .allSatisfy(option -> assertThat(CommandLine.help()).contains("--" + option.name()));
    }
}
