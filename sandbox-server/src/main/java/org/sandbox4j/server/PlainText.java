package org.sandbox4j.server;

/** What a stranger has written, fit for one line of a log or an answer. */
final class PlainText {
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_SENTENCE = 1000;

    private PlainText() {}

    static String of(String word) {
        return of(word, LONGEST_WORD);
    }

    static String sentence(String text) {
        return of(text, LONGEST_SENTENCE);
    }

    private static String of(String text, int longest) {
        String start = text.length() <= longest ? text : text.substring(0, longest) + "...";
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
