package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.remote.fleet.FleetStoreException;

class PackedTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\0", "\ud83d", "\ude00\ud83d", "\ud83d\ude00", "\u00e9\uffff\ufffd"})
    void text_shortOrLong_comesBack(String text) {
        for (String each : new String[] {text, text.repeat(1000), "x".repeat(10_000) + text}) {
            assertThat(PackedText.unpack(PackedText.pack(each)).equals(each)).isTrue();
        }
    }

    @Test
    void text_thatIsLong_getsShorter_butNeverMuchLonger() {
        assertThat(PackedText.pack("line\n".repeat(1000))).hasSizeLessThan(100);
        assertThat(PackedText.pack("short")).hasSize(6);
    }

    @Test
    void bytes_thatAreCut_areReported() {
        byte[] packed = PackedText.pack("line\n".repeat(1000));
        assertThatThrownBy(() -> PackedText.unpack(Arrays.copyOf(packed, packed.length - 8)))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining("a compressed text");
    }
}
