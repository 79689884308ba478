package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTextTest {
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5",
        "10, 10.0",
        "3.9207398891448975, 3.9207398891448975",
        "-0.025806665420532227, -0.025806665420532227",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "123456789012345680, 1.2345678901234568e+17",
        "1e16, 1e+16",
        "1e15, 1000000000000000.0",
        "1.5e300, 1.5e+300",
        "2e-323, 2e-323",
        "2.0E-3, 0.002",
        "100, 100.0"
    })
    void number_isWrittenAsPythonDoes(double value, String text) {
        assertThat(PythonText.number(value)).isEqualTo(text);
    }

    @Test
    void repr_ofStrings_choosesQuotesAndEscapes() {
        assertThat(PythonText.repr("it's")).isEqualTo("\"it's\"");
        assertThat(PythonText.repr("it's \"so\"")).isEqualTo("'it\\'s \"so\"'");
        assertThat(PythonText.repr("a\\b\t\u0000\u0085\u200b\uE000é\uD800"))
                .isEqualTo("'a\\\\b\\t\\x00\\x85\\u200b\\ue000é\\ud800'");
    }

    @Test
    void str_ofValues_isPythons() {
        assertThat(PythonText.str("a")).isEqualTo("a");
        assertThat(PythonText.str(null)).isEqualTo("None");
        assertThat(PythonText.str(true)).isEqualTo("True");
        assertThat(PythonText.str(Arrays.asList(BigInteger.ONE, "z", null))).isEqualTo("[1, 'z', None]");
        assertThat(PythonText.str(Map.of("command", List.of()))).isEqualTo("{'command': []}");
    }

    @Test
    void type_ofValues_isPythons() {
        assertThat(Arrays.asList(null, Map.of(), List.of(), "", true, BigInteger.ONE, 1.0).stream()
                        .map(PythonText::type))
                .containsExactly(
                        "<class 'NoneType'>",
                        "<class 'dict'>",
                        "<class 'list'>",
                        "<class 'str'>",
                        "<class 'bool'>",
                        "<class 'int'>",
                        "<class 'float'>");
    }

    @Test
    void strip_takesUnicodeSpaces_andLeavesControls() {
        assertThat(PythonText.strip(" \t\r\n\u000b\u001f\u0085\u00a0\u2003\u2028\u3000a b\u0000 \n"))
                .isEqualTo("a b\u0000");
        assertThat(PythonText.strip("\u200b\u001bx")).isEqualTo("\u200b\u001bx");
        assertThat(PythonText.strip("  ")).isEmpty();
    }

    @Test
    void newlines_ofAllKinds_becomeOne() {
        assertThat(PythonText.universalNewlines("a\r\nb\rc\n\r\r\n")).isEqualTo("a\nb\nc\n\n\n");
    }
}
