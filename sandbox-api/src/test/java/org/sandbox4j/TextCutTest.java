package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextCutTest {
    @Test
    void inTheMiddle_upToTheLimit_isUnchanged() {
        assertThat(TextCut.inTheMiddle("", 3)).isEmpty();
        assertThat(TextCut.inTheMiddle("abc", 3)).isEqualTo("abc");
    }

    @Test
    void inTheMiddle_longer_keepsBothEndsAndSaysHowMuchIsGone() {
        assertThat(TextCut.inTheMiddle("abcdefghij", 3)).isEqualTo("ab [... 7 characters cut ...] j");
    }
}
