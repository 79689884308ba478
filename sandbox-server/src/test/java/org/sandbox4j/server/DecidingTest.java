package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Small decisions that need neither a server nor a sandbox. */
class DecidingTest {
    @Test
    void timeLimit_isTheSmaller_andZeroMeansWhatIsLeft() {
        assertThat(TimeLimit.of(Optional.of(BigInteger.ONE), 10)).isEqualTo(new TimeLimit(1, "1"));
        assertThat(TimeLimit.of(Optional.of(BigInteger.TWO), 1.5)).isEqualTo(new TimeLimit(1.5, "1.5"));
        assertThat(TimeLimit.of(Optional.of(BigInteger.ZERO), 10)).isEqualTo(new TimeLimit(10, "10.0"));
        assertThat(TimeLimit.of(Optional.of(false), 4)).isEqualTo(new TimeLimit(4, "4.0"));
        assertThat(TimeLimit.of(Optional.of(Double.POSITIVE_INFINITY), 4)).isEqualTo(new TimeLimit(4, "4.0"));
        assertThat(TimeLimit.of(Optional.empty(), -0.5).isOver()).isTrue();
        assertThat(TimeLimit.of(Optional.of(Double.NaN), 4).isNoNumber()).isTrue();
    }

    @Test
    void percent_decodesWhatIsANumber_andLeavesTheRest() {
        assertThat(Percent.decode("a%2Fb%20c+%c3%a9%zz%4")).isEqualTo("a/b c+é%zz%4");
        assertThat(Percent.decodeField("a+b%2B%41")).isEqualTo("a b+A");
    }

    @Test
    void environ_withAnEqualsSignInAName_splitsThere() {
        assertThat(Environ.over(Map.of("A", "1"), Map.of("A=2", "3"))).isEqualTo(Map.of("A", "2=3"));
    }

    @Test
    void text_cutInACharacter_loosesThatOne() {
        byte[] bytes = "aé\uD83D\uDE00".getBytes(StandardCharsets.UTF_8);
        int[] whole = {0, 1, 1, 3, 3, 3, 3, 7};
        for (int length = 0; length <= bytes.length; length++) {
            assertThat(Utf8.lengthOfWholeCharacters(Arrays.copyOf(bytes, length)))
                    .as("of %d bytes", length)
                    .isEqualTo(whole[length]);
        }
    }
}
