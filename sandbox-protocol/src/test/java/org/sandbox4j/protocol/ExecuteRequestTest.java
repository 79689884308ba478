package org.sandbox4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecuteRequestTest {
    @Test
    void build_withoutCommand_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().build());
    }

    @Test
    void command_thatNoKernelTakes_isRefused() {
        assertThat(ShellCommand.of("x".repeat(ShellCommand.MAX_LINE_BYTES)).line())
                .hasSize(131_071);
        assertThatIllegalArgumentException().isThrownBy(() -> ShellCommand.of("é".repeat(65_536)));
        assertThatIllegalArgumentException().isThrownBy(() -> ShellCommand.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> ShellCommand.of("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> ShellCommand.of("a\ud800b"));
    }

    @Test
    void timeout_zeroOrNegative_isRefused() {
        ShellCommand command = ShellCommand.of("true");
        assertThatIllegalArgumentException().isThrownBy(() -> command.withTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> command.withTimeout(Duration.ofMillis(-1)));
    }

    @Test
    void environ_badName_isRefusedWithoutShowingTheValue() {
        ExecuteRequest.Builder builder = ExecuteRequest.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.environ("", "hidden"))
                .withMessageNotContaining("hidden");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.environ("A=B", "hidden"))
                .withMessageNotContaining("hidden");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.environ("A", "hidden\0"))
                .withMessage("NUL in a value of the variable A.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "..", "a/../../b", "a\0"})
    void resultPath_outsideOfTheEnvironment_isRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecuteRequest.builder().resultPath(path));
    }

    @Test
    void result_failedStart_isRecognisedByTheEnginesText() {
        assertThat(result(126, "cannot exec in a stopped state: unknown", "").isFailedStart())
                .isTrue();
        assertThat(result(126, "OCI runtime exec failed: exec failed", "").isFailedStart())
                .isTrue();
        assertThat(result(126, "", "bash: line 1: ./x: Permission denied").isFailedStart())
                .isFalse();
        assertThat(result(126, "cannot exec in a stopped state: unknown", "more")
                        .isFailedStart())
                .isFalse();
        assertThat(result(1, "cannot exec in a stopped state: unknown", "").isFailedStart())
                .isFalse();
    }

    private static ShellResult result(int exitCode, String stdout, String stderr) {
        return new ShellResult("x", exitCode, stdout, stderr, Duration.ZERO);
    }
}
