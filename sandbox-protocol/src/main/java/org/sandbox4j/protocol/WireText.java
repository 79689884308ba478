package org.sandbox4j.protocol;

import java.nio.charset.StandardCharsets;

/** What text can be sent: all but NUL and halves of surrogate pairs, which would fail far away without a reason. */
final class WireText {
    private WireText() {}

    static void check(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in a " + what + ".");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("Half of a surrogate pair in a " + what + ".");
        }
    }
}
