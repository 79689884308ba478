package org.sandbox4j.server;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command of a request, as it came.
 *
 * @param line what the shell gets, without the hyphen
 * @param mayFail whether there was one
 * @param timeout seconds: a {@link BigInteger}, {@link Double} or {@link Boolean}, since it is printed as it was written
 */
record ConfigCommand(String line, boolean mayFail, Optional<Object> timeout) {
    private static final List<String> KEYS = List.of("command", "timeout");

    /**
     * Checks one item of the list.
     *
     * @throws Refusal if it is no command
     */
    static ConfigCommand of(@Nullable Object value) {
        if (value instanceof String line) {
            return of(line, Optional.empty());
        }
        if (!(value instanceof Map<?, ?> map)
                || !(map.get("command") instanceof String line)
                || (map.containsKey("timeout") && !isNumber(map.get("timeout")))) {
            throw Refusal.badRequest("Command badly formatted : '" + PythonText.str(value) + "'");
        }
        if (!KEYS.containsAll(map.keySet())) {
            throw Refusal.serverError("unknown key in a command: " + map.keySet());
        }
        return of(line, Optional.ofNullable(map.get("timeout")));
    }

    private static ConfigCommand of(String line, Optional<Object> timeout) {
        return line.startsWith("-")
                ? new ConfigCommand(line.substring(1), true, timeout)
                : new ConfigCommand(line, false, timeout);
    }

    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    /** The number of seconds in {@link #timeout()}. */
    static double seconds(Object timeout) {
        return timeout instanceof Boolean bool ? (bool ? 1 : 0) : ((Number) timeout).doubleValue();
    }
}
