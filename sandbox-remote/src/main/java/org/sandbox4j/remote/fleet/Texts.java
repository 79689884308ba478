package org.sandbox4j.remote.fleet;

/** Texts of any length. */
final class Texts {
    private Texts() {}

    /** The beginning of a text; a pair of surrogates is not torn. */
    static String shortened(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end =
                characters > 0 && Character.isHighSurrogate(text.charAt(characters - 1)) ? characters - 1 : characters;
        return text.substring(0, end);
    }

    /** Whether every surrogate has its other half, without which there is no UTF-8. */
    static boolean isWhole(String text) {
        return text.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
    }
}
