package org.sandbox4j.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is installed in a server's containers, {@code GET /libraries/}. Immutable.
 *
 * @param libraries versions by name, by kind, such as {@code system} or {@code python}; {@code "?"} is an unknown version
 * @param programs names of programs
 */
public record Libraries(Map<String, Map<String, String>> libraries, List<String> programs) {
    /** Makes a value. */
    public Libraries {
        Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
        libraries.forEach(
                (kind, versions) -> kinds.put(kind, Collections.unmodifiableMap(new LinkedHashMap<>(versions))));
        libraries = Collections.unmodifiableMap(kinds);
        programs = List.copyOf(programs);
    }
}
