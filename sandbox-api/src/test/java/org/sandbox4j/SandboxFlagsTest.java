package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxFlagsTest {
    @ParameterizedTest
    @CsvSource({"ROOT_READ_ONLY, 1", "NETWORK_ENABLED, 2", "INTERACTIVE, 4", "INHERIT_UID, 8", "CREATE_DEV_SHM, 16"})
    void value_eachFlag_isThatOfBuildStream(SandboxFlags flag, int value) {
        assertThat(flag.value()).isEqualTo(value);
    }

    @Test
    void value_allFlags_areDistinctSingleBits() {
        assertThat(SandboxFlags.values())
                .extracting(SandboxFlags::value)
                .doesNotHaveDuplicates()
                .allSatisfy(value -> assertThat(Integer.bitCount(value)).isEqualTo(1));
    }

    @Test
    void of_everyKnownBitSet_comesBackFromBits() {
        for (int bits = 0; bits < 32; bits++) {
            assertThat(SandboxFlags.bits(SandboxFlags.of(bits))).isEqualTo(bits);
        }
    }

    @Test
    void of_zero_isEmpty() {
        assertThat(SandboxFlags.of(0)).isEmpty();
    }

    @Test
    void of_severalBits_givesTheirFlags() {
        assertThat(SandboxFlags.of(1 + 16))
                .containsExactlyInAnyOrder(SandboxFlags.ROOT_READ_ONLY, SandboxFlags.CREATE_DEV_SHM);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 64, 1 << 30, Integer.MIN_VALUE, -1})
    void of_unknownBit_isRefused(int bits) {
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxFlags.of(bits));
    }

    @Test
    void of_knownAndUnknownBits_namesTheUnknownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SandboxFlags.of(0x43))
                .withMessageContaining("0x40 in 0x43")
                .withMessageContaining("Known bits: 0x1f");
    }

    @Test
    void of_result_isUnmodifiable() {
        Set<SandboxFlags> flags = SandboxFlags.of(1);

        assertThatThrownBy(() -> flags.add(SandboxFlags.INTERACTIVE)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void bits_allFlags_isTheirSum() {
        assertThat(SandboxFlags.bits(EnumSet.allOf(SandboxFlags.class))).isEqualTo(31);
    }

    @Test
    void bits_noFlags_isZero() {
        assertThat(SandboxFlags.bits(Set.of())).isZero();
    }
}
