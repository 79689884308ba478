package org.sandbox4j.server;

/** What a stranger has written, fit for one line of a log or an answer. */
final class PlainText {
    private static final int LONGEST = 200;

    private PlainText() {}

    static String of(String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
