package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a request's {@code environ} makes of the variables that commands have anyway. */
final class Environ {
    private Environ() {}

    /** Returns what commands see. In a name with {@code =}, that is where the value starts. */
    static Map<String, String> over(Map<String, String> own, Map<String, String> environ) {
        Map<String, String> merged = new LinkedHashMap<>(own);
        environ.forEach((name, value) -> {
            String entry = name + "=" + value;
            int equals = entry.indexOf('=');
            merged.put(entry.substring(0, equals), entry.substring(equals + 1));
        });
        return merged;
    }

    /** Returns why no process can be started with these variables, in which case each command fails with 126. */
    static Optional<String> flaw(Map<String, String> variables) {
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (variable.getKey().isEmpty()) {
                return Optional.of("invalid environment variable: its name is empty");
            }
            if (hasNul(variable.getKey()) || hasNul(variable.getValue())) {
                return Optional.of("invalid environment variable: NUL in its name or value");
            }
        }
        return Optional.empty();
    }

    static boolean hasNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    /** Tells whether text can be given to a process; halves of surrogate pairs cannot. */
    static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
