package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SandboxExceptionTest {
    private static final Throwable CAUSE = new IllegalStateException("cause");
    private static final SandboxResult RESULT = SandboxResult.of(
            new Termination.TimedOut(Duration.ofSeconds(1)),
            CapturedOutput.none(),
            CapturedOutput.none(),
            ResourceUsage.ofWall(Duration.ofSeconds(1)));

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(new SandboxException("some-reason", "text"), "some-reason"),
                Arguments.of(new SandboxSetupException("text"), "setup-failed"),
                Arguments.of(new SandboxSetupException("text", CAUSE), "setup-failed"),
                Arguments.of(new SandboxSetupException("cwd-is-a-file", "text", null), "cwd-is-a-file"),
                Arguments.of(new SandboxUnsupportedException("text"), "unsupported"),
                Arguments.of(new SandboxUnavailableException("text"), "unavailable"),
                Arguments.of(new SandboxUnavailableException("other", "text", null), "other"),
                Arguments.of(new ProgramNotFoundError("bwrap", "text"), "missing-program"),
                Arguments.of(new ProgramNotFoundError("bwrap", "text", CAUSE), "missing-program"),
                Arguments.of(
                        new CommandNotFoundException("cc", CommandNotFoundException.Problem.MISSING, "text"),
                        "missing-command"),
                Arguments.of(new SandboxTimeoutException("text", RESULT), "timeout"),
                Arguments.of(new SandboxLimitException("text", RESULT), "limit"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void reason_eachKind_isStable(SandboxException exception, String reason) {
        assertThat(exception.reason()).isEqualTo(reason);
        assertThat(exception.reason()).matches("[a-z]+(-[a-z]+)*");
        assertThat(exception).isInstanceOf(RuntimeException.class).hasMessage("text");
    }

    @Test
    void cause_given_isKept() {
        assertThat(new SandboxException("r", "text", CAUSE)).hasCause(CAUSE);
        assertThat(new SandboxSetupException("text", CAUSE)).hasCause(CAUSE);
        assertThat(new SandboxSetupException("r", "text", CAUSE)).hasCause(CAUSE);
        assertThat(new SandboxUnavailableException("r", "text", CAUSE)).hasCause(CAUSE);
        assertThat(new ProgramNotFoundError("bwrap", "text", CAUSE)).hasCause(CAUSE);
    }

    @Test
    void cause_absent_isNull() {
        assertThat(new SandboxException("r", "text")).hasNoCause();
        assertThat(new SandboxSetupException("text")).hasNoCause();
        assertThat(new ProgramNotFoundError("bwrap", "text")).hasNoCause();
    }

    @Test
    void reason_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new SandboxException(null, "text"));
    }

    @Test
    void programNotFoundError_inSpiteOfItsName_isAnUnavailableSandbox() {
        ProgramNotFoundError error = new ProgramNotFoundError("bwrap", "text");

        assertThat(error).isInstanceOf(SandboxUnavailableException.class).isNotInstanceOf(Error.class);
        assertThat(error.program()).isEqualTo("bwrap");
    }

    @ParameterizedTest
    @EnumSource
    void commandNotFound_eachProblem_isTold(CommandNotFoundException.Problem problem) {
        CommandNotFoundException exception = new CommandNotFoundException("./cc", problem, "text");

        assertThat(exception.command()).isEqualTo("./cc");
        assertThat(exception.problem()).isEqualTo(problem);
    }

    @Test
    void commandNotFound_nullProblem_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new CommandNotFoundException("cc", null, "text"));
    }

    @Test
    void timeoutAndLimit_result_isKept() {
        assertThat(new SandboxTimeoutException("text", RESULT).result()).isSameAs(RESULT);
        assertThat(new SandboxLimitException("text", RESULT).result()).isSameAs(RESULT);
    }
}
