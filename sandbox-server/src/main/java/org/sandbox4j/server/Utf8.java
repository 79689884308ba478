package org.sandbox4j.server;

/** Where text can be cut. */
final class Utf8 {
    private Utf8() {}

    /** Returns how many bytes there are without a character that is cut off at the end. */
    static int lengthOfWholeCharacters(byte[] bytes) {
        int lead = bytes.length - 1;
        while (lead >= 0 && lead > bytes.length - 4 && (bytes[lead] & 0xc0) == 0x80) {
            lead--;
        }
        return lead >= 0 && lead + lengthOfCharacter(bytes[lead]) > bytes.length ? lead : bytes.length;
    }

    private static int lengthOfCharacter(byte lead) {
        if ((lead & 0xe0) == 0xc0) {
            return 2;
        } else if ((lead & 0xf0) == 0xe0) {
            return 3;
        }
        return (lead & 0xf8) == 0xf0 ? 4 : 1;
    }
}
