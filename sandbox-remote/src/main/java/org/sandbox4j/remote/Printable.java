package org.sandbox4j.remote;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes text of a server fit for messages: what terminals and logs would obey, or not show, becomes an escape. */
final class Printable {
    private static final Set<Integer> OBEYED = Set.of(
            (int) Character.CONTROL,
            (int) Character.FORMAT,
            (int) Character.LINE_SEPARATOR,
            (int) Character.PARAGRAPH_SEPARATOR,
            (int) Character.SURROGATE);

    private Printable() {}

    static String text(String text) {
        if (text.codePoints().noneMatch(Printable::isObeyed)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (!isObeyed(character)) {
                escaped.appendCodePoint(character);
            } else if (character == '\n') {
                escaped.append("\\n");
            } else {
                escaped.append(String.format("\\u%04x", character));
            }
        });
        return escaped.toString();
    }

    private static boolean isObeyed(int character) {
        return OBEYED.contains(Character.getType(character));
    }

    /** The JDK quotes servers, too; what it says with such characters is replaced, and its stack is kept. */
    static @Nullable Throwable cause(@Nullable Throwable cause) {
        if (cause == null || isPrintable(cause)) {
            return cause;
        }
        IOException escaped = new IOException(text(cause.toString()), cause(cause.getCause()));
        escaped.setStackTrace(cause.getStackTrace());
        return escaped;
    }

    private static boolean isPrintable(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (!text(message).equals(message)) {
                return false;
            }
        }
        return true;
    }
}
