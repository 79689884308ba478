package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CapturedOutputTest {
    @Test
    void none_always_isEmptyAndComplete() {
        CapturedOutput none = CapturedOutput.none();

        assertThat(none.bytes()).isEmpty();
        assertThat(none.text()).isEmpty();
        assertThat(none.totalBytes()).isZero();
        assertThat(none.truncated()).isFalse();
        assertThat(none).hasToString("");
    }

    @Test
    void of_everythingKept_isNotTruncated() {
        CapturedOutput output = captured("hello\n", 6);

        assertThat(output.text()).isEqualTo("hello\n");
        assertThat(output.totalBytes()).isEqualTo(6);
        assertThat(output.truncated()).isFalse();
    }

    @Test
    void of_moreWrittenThanKept_isTruncated() {
        CapturedOutput output = captured("hel", 5_000_000_000L);

        assertThat(output.text()).isEqualTo("hel");
        assertThat(output.totalBytes()).isEqualTo(5_000_000_000L);
        assertThat(output.truncated()).isTrue();
    }

    @Test
    void of_nothingKeptOfSomething_isTruncated() {
        assertThat(captured("", 1).truncated()).isTrue();
    }

    @Test
    void of_moreKeptThanWritten_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> captured("hello", 4))
                .withMessageContaining("5 bytes")
                .withMessageContaining("of 4");
        assertThatIllegalArgumentException().isThrownBy(() -> captured("", -1));
    }

    @Test
    void bytes_arrayChangedBeforeOrAfter_isNotSeen() {
        byte[] bytes = {1, 2};
        CapturedOutput output = CapturedOutput.of(bytes, 2);

        bytes[0] = 9;
        output.bytes()[1] = 9;

        assertThat(output.bytes()).containsExactly(1, 2);
    }

    @Test
    void bytes_notText_areUnchanged() {
        byte[] bytes = {0, (byte) 0xff, (byte) 0xc3, '\r', '\n'};

        assertThat(CapturedOutput.of(bytes, 5).bytes()).isEqualTo(bytes);
    }

    @Test
    void text_notUtf8_isReplaced() {
        assertThat(CapturedOutput.of(new byte[] {'a', (byte) 0xff, 'b'}, 3).text())
                .isEqualTo("a\ufffdb");
    }

    @Test
    void text_charset_isUsed() {
        assertThat(CapturedOutput.of(new byte[] {(byte) 0xe4}, 1).text(StandardCharsets.ISO_8859_1))
                .isEqualTo("ä");
    }

    @Test
    void equals_bytesAndTotal_decide() {
        assertThat(captured("a", 1)).isEqualTo(captured("a", 1)).hasSameHashCodeAs(captured("a", 1));
        assertThat(captured("a", 1))
                .isNotEqualTo(captured("a", 2))
                .isNotEqualTo(captured("b", 1))
                .isNotEqualTo("a");
        assertThat(captured("", 0)).isEqualTo(CapturedOutput.none());
    }

    @Test
    void toString_truncated_saysHowMuchWasKept() {
        assertThat(captured("abc", 10)).hasToString("abc [3 of 10 bytes kept]");
    }

    @Test
    void toString_long_isCutInTheMiddle() {
        String text = captured("a".repeat(5000) + "z", 5001).toString();

        assertThat(text).startsWith("aaa").endsWith("az").contains("3001 characters cut");
    }

    private static CapturedOutput captured(String text, long total) {
        return CapturedOutput.of(text.getBytes(StandardCharsets.UTF_8), total);
    }
}
