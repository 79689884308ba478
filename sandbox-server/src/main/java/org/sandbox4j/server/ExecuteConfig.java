package org.sandbox4j.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config} of {@code POST /execute/}, checked. Immutable.
 *
 * @param commands at least one
 * @param environ values by name, as text
 * @param resultPath the file whose text is wanted
 * @param environment where to start from
 * @param save whether the environment is to be kept
 * @param <E> what is known of an environment
 */
record ExecuteConfig<E>(
        List<ConfigCommand> commands,
        Map<String, String> environ,
        Optional<String> resultPath,
        Optional<E> environment,
        boolean save) {

    /**
     * Reads and checks a config. The order of the checks decides which of several mistakes is reported.
     *
     * @param text the field, if there was one
     * @param environments looks up a saved environment by what was given as its id
     * @throws Refusal if it is not as it must be
     */
    static <E> ExecuteConfig<E> read(Optional<String> text, Function<String, Optional<E>> environments) {
        Map<?, ?> config = object(text.orElseThrow(() -> Refusal.badRequest("Missing argument 'config'")));
        Optional<E> environment = Optional.ofNullable(config.get("environment"))
                .map(PythonText::str)
                .map(id -> environments
                        .apply(id)
                        .orElseThrow(() -> Refusal.notFound("No environment with UUID '" + id + "' found")));
        List<?> commands = commands(config);
        Map<?, ?> environ = environ(config);
        if (commands.isEmpty()) {
            throw Refusal.badRequest("Command list cannot be empty");
        }
        return new ExecuteConfig<>(
                commands.stream().<ConfigCommand>map(ConfigCommand::of).toList(),
                texts(environ),
                resultPath(config),
                environment,
                save(config));
    }

    private static Map<?, ?> object(String text) {
        Object value;
        try {
            value = PythonJson.parse(text);
        } catch (PythonJsonException e) {
            throw Refusal.badRequest("'config' json is invalid - " + e.getMessage());
        }
        if (!(value instanceof Map<?, ?> config)) {
            throw Refusal.badRequest("config must be an object, not " + PythonText.type(value));
        }
        return config;
    }

    private static List<?> commands(Map<?, ?> config) {
        if (!config.containsKey("commands")) {
            throw Refusal.badRequest("Missing field 'commands' in config");
        }
        if (!(config.get("commands") instanceof List<?> commands)) {
            throw mustBe("commands", "a list", config);
        }
        return commands;
    }

    private static Map<?, ?> environ(Map<?, ?> config) {
        if (!config.containsKey("environ")) {
            return Map.of();
        }
        if (!(config.get("environ") instanceof Map<?, ?> environ)) {
            throw mustBe("environ", "an object", config);
        }
        return environ;
    }

    private static Map<String, String> texts(Map<?, ?> environ) {
        Map<String, String> texts = new LinkedHashMap<>();
        environ.forEach((name, value) -> texts.put((String) name, PythonText.str(value)));
        return texts;
    }

    private static Optional<String> resultPath(Map<?, ?> config) {
        if (!config.containsKey("result_path")) {
            return Optional.empty();
        }
        if (!(config.get("result_path") instanceof String path)) {
            throw mustBe("result_path", "a string", config);
        }
        return Optional.of(path);
    }

    private static boolean save(Map<?, ?> config) {
        @Nullable Object save = config.containsKey("save") ? config.get("save") : (Object) false;
        if (!(save instanceof Boolean bool)) {
            throw mustBe("save", "a boolean", config);
        }
        return bool;
    }

    private static Refusal mustBe(String key, String kind, Map<?, ?> config) {
        return Refusal.badRequest(key + " must be " + kind + ", not " + PythonText.type(config.get(key)));
    }
}
