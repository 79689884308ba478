package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.Termination.Exited;
import org.sandbox4j.Termination.LimitExceeded;
import org.sandbox4j.Termination.Signalled;
import org.sandbox4j.Termination.TimedOut;

class TerminationTest {
    @Test
    void exited_everyCode_isItsExitCode() {
        for (int code = 0; code <= 255; code++) {
            assertThat(new Exited(code).exitCode()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void exited_outOfRange_isRefused(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Exited(code))
                .withMessageContaining("not " + code + ".");
    }

    @Test
    void signalled_everySignal_is128More() {
        for (int signal = 1; signal <= 127; signal++) {
            assertThat(new Signalled(signal).exitCode()).isEqualTo(128 + signal);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 128})
    void signalled_outOfRange_isRefused(int signal) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Signalled(signal))
                .withMessageContaining("not " + signal + ".");
    }

    @Test
    void exitCode_timeoutOrLimit_isThatOfSigkill() {
        assertThat(new TimedOut(Duration.ofSeconds(1)).exitCode()).isEqualTo(137);
        assertThat(new LimitExceeded(Resource.MEMORY).exitCode()).isEqualTo(137);
    }

    @Test
    void exit137AndSigkill_sameExitCode_differ() {
        Termination exited = new Exited(137);
        Termination signalled = new Signalled(9);

        assertThat(exited.exitCode()).isEqualTo(signalled.exitCode());
        assertThat(exited).isNotEqualTo(signalled);
    }

    @Test
    void succeeded_onlyExitWithZero_isTrue() {
        assertThat(new Exited(0).succeeded()).isTrue();
        assertThat(new Exited(1).succeeded()).isFalse();
        assertThat(new Signalled(1).succeeded()).isFalse();
        assertThat(new TimedOut(Duration.ofSeconds(1)).succeeded()).isFalse();
        assertThat(new LimitExceeded(Resource.CORE).succeeded()).isFalse();
    }
}
