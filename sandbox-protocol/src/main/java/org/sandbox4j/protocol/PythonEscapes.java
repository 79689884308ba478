package org.sandbox4j.protocol;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/** Escapes DEL, too, as Python's json does: its plain characters are those from space to tilde. */
final class PythonEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final char DEL = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
        int[] codes = standardAsciiEscapesForJSON();
        codes[DEL] = ESCAPE_CUSTOM;
        return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return character == DEL ? new SerializedString("\\u007f") : null;
    }
}
