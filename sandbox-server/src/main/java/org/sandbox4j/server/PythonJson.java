package org.sandbox4j.server;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Python's {@code json} does: the same things are accepted, {@code NaN} and {@code Infinity} among them, of
 * members with the same name the last one counts, and what is wrong is said in the same words, which clients see.
 *
 * <p>Gives maps, lists, strings, booleans, {@link BigInteger}, {@link Double} and null.
 *
 * @see <a href="https://docs.python.org/3.11/library/json.html">json</a>
 */
final class PythonJson {
    /** Python's reader gives up a little below its limit of recursion, 1000. */
    private static final int MAX_DEPTH = 990;

    /** See sys.int_info.default_max_str_digits of Python 3.11. */
    private static final int MAX_DIGITS = 4300;

    private final String text;
    private int position;

    private PythonJson(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws PythonJsonException if it is not JSON
     * @throws Refusal with status 500 where Python fails in another way
     */
    static @Nullable Object parse(String text) throws PythonJsonException {
        PythonJson json = new PythonJson(text);
        if (text.startsWith("\uFEFF")) {
            throw json.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
        }
        json.skipSpace();
        Object value = json.value(0);
        json.skipSpace();
        if (json.position < text.length()) {
            throw json.error("Extra data", json.position);
        }
        return value;
    }

    private @Nullable Object value(int depth) throws PythonJsonException {
        if (depth > MAX_DEPTH) {
            throw Refusal.serverError("JSON nested too deep");
        }
        int start = position;
        if (peek() == '"') {
            return string();
        } else if (peek() == '{') {
            return object(depth);
        } else if (peek() == '[') {
            return array(depth);
        } else if (word("null")) {
            return null;
        } else if (word("true")) {
            return true;
        } else if (word("false")) {
            return false;
        } else if (word("NaN")) {
            return Double.NaN;
        } else if (word("Infinity")) {
            return Double.POSITIVE_INFINITY;
        } else if (word("-Infinity")) {
            return Double.NEGATIVE_INFINITY;
        }
        return number(start);
    }

    private Map<String, @Nullable Object> object(int depth) throws PythonJsonException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        position++;
        skipSpace();
        if (take('}')) {
            return members;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw error("Expecting property name enclosed in double quotes", position);
            }
            String name = string();
            skipSpace();
            expect(':');
            skipSpace();
            Object value = value(depth + 1);
            // A name that comes again keeps its place and gets the new value, in Python as here.
            members.put(name, value);
            skipSpace();
            if (take('}')) {
                return members;
            }
            expect(',');
        } while (true);
    }

    private List<@Nullable Object> array(int depth) throws PythonJsonException {
        List<@Nullable Object> elements = new ArrayList<>();
        position++;
        skipSpace();
        if (take(']')) {
            return elements;
        }
        do {
            skipSpace();
            elements.add(value(depth + 1));
            skipSpace();
            if (take(']')) {
                return elements;
            }
            expect(',');
        } while (true);
    }

    private String string() throws PythonJsonException {
        int begin = position++;
        StringBuilder string = new StringBuilder();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return string.toString();
            } else if (c == '\\') {
                string.append(escape(begin));
            } else if (c < ' ') {
                throw error("Invalid control character at", position - 1);
            } else {
                string.append(c);
            }
        }
        throw error("Unterminated string starting at", begin);
    }

    private char escape(int begin) throws PythonJsonException {
        if (position == text.length()) {
            throw error("Unterminated string starting at", begin);
        }
        char c = text.charAt(position++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> fourHexDigits();
            default -> throw error("Invalid \\escape", position - 2);
        };
    }

    private char fourHexDigits() throws PythonJsonException {
        int u = position - 1;
        int end = position + 4;
        // Python wants one more character after them, as the quote must still follow.
        if (end >= text.length()) {
            throw error("Invalid \\uXXXX escape", u);
        }
        int value = 0;
        for (; position < end; position++) {
            int digit = hexDigit(text.charAt(position));
            if (digit < 0) {
                throw error("Invalid \\uXXXX escape", u);
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private Object number(int start) throws PythonJsonException {
        take('-');
        if (!take('0') && !digits()) {
            position = start;
            throw error("Expecting value", start);
        }
        boolean fraction = part('.', "");
        boolean exponent = part('e', "+-") || part('E', "+-");
        String number = text.substring(start, position);
        if (fraction || exponent) {
            return Double.valueOf(number);
        }
        if (number.length() > MAX_DIGITS) {
            throw Refusal.serverError("an integer with too many digits");
        }
        return new BigInteger(number);
    }

    /** Takes a sign character, one of some further characters, and digits; or nothing at all. */
    private boolean part(char sign, String further) {
        int start = position;
        if (take(sign)) {
            if (position < text.length() && further.indexOf(text.charAt(position)) >= 0) {
                position++;
            }
            if (digits()) {
                return true;
            }
        }
        position = start;
        return false;
    }

    private boolean digits() {
        int start = position;
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
        return position > start;
    }

    /** The next character, or NUL at the end, which is no part of JSON outside of strings. */
    private char peek() {
        return position < text.length() ? text.charAt(position) : '\0';
    }

    private boolean take(char c) {
        if (position < text.length() && text.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    private boolean word(String word) {
        if (text.startsWith(word, position)) {
            position += word.length();
            return true;
        }
        return false;
    }

    private void expect(char delimiter) throws PythonJsonException {
        if (!take(delimiter)) {
            throw error("Expecting '" + delimiter + "' delimiter", position);
        }
    }

    private void skipSpace() {
        while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    /** Python counts code points. */
    private PythonJsonException error(String what, int at) {
        int lineStart = text.lastIndexOf('\n', at - 1) + 1;
        long line =
                1 + text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, at);
        return new PythonJsonException(
                what + ": line " + line + " column " + column + " (char " + text.codePointCount(0, at) + ")");
    }
}
