package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SandboxResultTest {
    private static final CapturedOutput NONE = CapturedOutput.none();
    private static final ResourceUsage USAGE = ResourceUsage.ofWall(Duration.ofMillis(5));
    private static final Termination SUCCESS = new Termination.Exited(0);

    @Test
    void of_values_areKept() {
        CapturedOutput stdout = captured("out");
        CapturedOutput stderr = captured("err");

        SandboxResult result = SandboxResult.of(SUCCESS, stdout, stderr, USAGE);

        assertThat(result.termination()).isSameAs(SUCCESS);
        assertThat(result.stdout()).isSameAs(stdout);
        assertThat(result.stderr()).isSameAs(stderr);
        assertThat(result.usage()).isSameAs(USAGE);
    }

    @Test
    void exitCodeAndSucceeded_always_areThoseOfTheTermination() {
        assertThat(result(SUCCESS).exitCode()).isZero();
        assertThat(result(SUCCESS).succeeded()).isTrue();
        assertThat(result(new Termination.Exited(3)).exitCode()).isEqualTo(3);
        assertThat(result(new Termination.Signalled(15)).exitCode()).isEqualTo(143);
        assertThat(result(new Termination.Signalled(15)).succeeded()).isFalse();
    }

    @Test
    void of_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> SandboxResult.of(null, NONE, NONE, USAGE));
        assertThatNullPointerException().isThrownBy(() -> SandboxResult.of(SUCCESS, null, NONE, USAGE));
        assertThatNullPointerException().isThrownBy(() -> SandboxResult.of(SUCCESS, NONE, null, USAGE));
        assertThatNullPointerException().isThrownBy(() -> SandboxResult.of(SUCCESS, NONE, NONE, null));
    }

    @Test
    void toString_result_showsStatusAndBothStreams() {
        SandboxResult result =
                SandboxResult.of(new Termination.Exited(2), captured("some output"), captured("some error"), USAGE);

        assertThat(result.toString()).contains("Exited[code=2]", "stdout=some output", "stderr=some error", "PT0.005S");
    }

    private static SandboxResult result(Termination termination) {
        return SandboxResult.of(termination, NONE, NONE, USAGE);
    }

    private static CapturedOutput captured(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return CapturedOutput.of(bytes, bytes.length);
    }
}
