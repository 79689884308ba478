package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonJsonTest {
    /** What Python 3.11 says of these texts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '`',
            value = {
                "``|Expecting value: line 1 column 1 (char 0)",
                "`  `|Expecting value: line 1 column 3 (char 2)",
                "nope|Expecting value: line 1 column 1 (char 0)",
                "{|Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
                "{'a': 1}|Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
                "{\"a\" 1}|Expecting ':' delimiter: line 1 column 6 (char 5)",
                "{\"a\":}|Expecting value: line 1 column 6 (char 5)",
                "{\"a\":1|Expecting ',' delimiter: line 1 column 7 (char 6)",
                "{\"a\":1,}|Expecting property name enclosed in double quotes: line 1 column 8 (char 7)",
                "{\"commands\":[\"true\"]|Expecting ',' delimiter: line 1 column 21 (char 20)",
                "[1 2]|Expecting ',' delimiter: line 1 column 4 (char 3)",
                "[1,]|Expecting value: line 1 column 4 (char 3)",
                "[|Expecting value: line 1 column 2 (char 1)",
                "1 2|Extra data: line 1 column 3 (char 2)",
                "\"abc|Unterminated string starting at: line 1 column 1 (char 0)",
                "\"\\|Unterminated string starting at: line 1 column 1 (char 0)",
                "\"\\x\"|Invalid \\escape: line 1 column 2 (char 1)",
                "\"\\u12\"|Invalid \\uXXXX escape: line 1 column 3 (char 2)",
                "\"\\u12g4\"|Invalid \\uXXXX escape: line 1 column 3 (char 2)",
                "-|Expecting value: line 1 column 1 (char 0)",
                "01|Extra data: line 1 column 2 (char 1)",
                "1.|Extra data: line 1 column 2 (char 1)",
                "[\"\uD83D\uDE00\" 1]|Expecting ',' delimiter: line 1 column 6 (char 5)",
                "\uFEFF{}|Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
            })
    void text_isNoJson_isRefusedAsPythonDoes(String text, String message) {
        assertThatThrownBy(() -> PythonJson.parse(text)).hasMessage(message);
    }

    @Test
    void error_onALaterLine_countsFromThere() {
        assertThatThrownBy(() -> PythonJson.parse("{\n \"a\": 1\n \"b\": 2}"))
                .hasMessage("Expecting ',' delimiter: line 3 column 2 (char 11)");
    }

    @Test
    void string_withAControlCharacter_isRefused() {
        assertThatThrownBy(() -> PythonJson.parse("\"a\tb\""))
                .hasMessage("Invalid control character at: line 1 column 3 (char 2)");
    }

    @Test
    void values_ofAllKinds_areRead() throws PythonJsonException {
        Object value =
                PythonJson.parse("{\"a\": [1, -2.5, 1e3, true, false, null, \"\\u00e9\\ud83d\\ude00\\n\"], \"b\": {}}");
        assertThat(PythonText.repr(value))
                .isEqualTo("{'a': [1, -2.5, 1000.0, True, False, None, 'é\uD83D\uDE00\\n'], 'b': {}}");
    }

    @Test
    void numbers_beyondJson_areRead() throws PythonJsonException {
        assertThat(PythonText.repr(PythonJson.parse("[NaN, Infinity, -Infinity, 1e400, -0.0]")))
                .isEqualTo("[nan, inf, -inf, inf, -0.0]");
    }

    @Test
    void member_twice_lastOneCounts() throws PythonJsonException {
        assertThat(PythonJson.parse("{\"a\": \"x\", \"a\": \"y\"}")).isEqualTo(Map.of("a", "y"));
    }

    @Test
    void nesting_tooDeep_isAServerError() {
        assertThatThrownBy(() -> PythonJson.parse("[".repeat(5000)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.answer()).isEqualTo(Pages.SERVER_ERROR));
    }

    @Test
    void list_ofStrings_isAList() throws PythonJsonException {
        assertThat(PythonJson.parse(" [ \"a\" , \"b\" ] ")).isEqualTo(List.of("a", "b"));
    }
}
