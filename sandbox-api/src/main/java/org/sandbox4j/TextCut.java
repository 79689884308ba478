package org.sandbox4j;

/** Shortens long text for messages and says how much was left out. */
final class TextCut {
    private TextCut() {}

    static String inTheMiddle(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int head = limit * 2 / 3;
        int tail = limit - head;
        return text.substring(0, head) + " [... " + (text.length() - limit) + " characters cut ...] "
                + text.substring(text.length() - tail);
    }
}
