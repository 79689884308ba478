package org.sandbox4j.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to run on a server, the {@code config} of {@code POST /execute/}. Immutable; made with {@link #builder()}.
 *
 * <p>The commands start in the directory of the environment: that of an upload, of a saved environment, or of both, where
 * the upload wins. Its text shows no values of variables.
 */
public final class ExecuteRequest {
    private final List<ShellCommand> commands;
    private final Map<String, String> environ;
    private final @Nullable String resultPath;
    private final @Nullable UUID environment;
    private final boolean save;

    private ExecuteRequest(Builder builder) {
        commands = List.copyOf(builder.commands);
        environ = Collections.unmodifiableMap(new LinkedHashMap<>(builder.environ));
        resultPath = builder.resultPath;
        environment = builder.environment;
        save = builder.save;
    }

    /**
     * Starts a request.
     *
     * @return a builder without commands
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the commands, at least one.
     *
     * @return the commands in their order
     */
    public List<ShellCommand> commands() {
        return commands;
    }

    /**
     * Returns the variables that every command has, on top of the server's own.
     *
     * @return values by name
     */
    public Map<String, String> environ() {
        return environ;
    }

    /**
     * Returns the file whose text comes back as the result.
     *
     * @return a path in the environment, if wanted
     */
    public Optional<String> resultPath() {
        return Optional.ofNullable(resultPath);
    }

    /**
     * Returns the saved environment to start from.
     *
     * @return its id, if any
     */
    public Optional<UUID> environment() {
        return Optional.ofNullable(environment);
    }

    /**
     * Tells whether the server is to keep the environment as the commands left it.
     *
     * @return whether it is kept
     */
    public boolean save() {
        return save;
    }

    @Override
    public String toString() {
        return "ExecuteRequest[commands=" + commands.size() + ", environ=" + environ.keySet() + ", resultPath="
                + resultPath + ", environment=" + environment + ", save=" + save + "]";
    }

    /** Collects a request. Not thread-safe. */
    public static final class Builder {
        private final List<ShellCommand> commands = new ArrayList<>();
        private final Map<String, String> environ = new LinkedHashMap<>();
        private @Nullable String resultPath;
        private @Nullable UUID environment;
        private boolean save;

        private Builder() {}

        /**
         * Adds a command that must succeed, with the server's default timeout.
         *
         * @param line a line for the shell
         * @return this builder
         */
        public Builder command(String line) {
            return command(ShellCommand.of(line));
        }

        /**
         * Adds a command.
         *
         * @param command the command
         * @return this builder
         */
        public Builder command(ShellCommand command) {
            commands.add(command);
            return this;
        }

        /**
         * Sets a variable for all commands. None are set by default; the server has some of its own.
         *
         * @param name its name, neither empty nor with {@code =} or NUL
         * @param value its value, without NUL
         * @return this builder
         * @throws IllegalArgumentException if either cannot be a variable's; the value is not shown
         */
        public Builder environ(String name, String value) {
            WireText.check("variable's name", name);
            WireText.check("value of the variable " + name, value);
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("Not a variable's name: '" + name + "'");
            }
            environ.put(name, value);
            return this;
        }

        /**
         * Asks for the text of a file after the last command. Not asked for by default. The server decodes it as UTF-8 and
         * turns CR LF and CR into LF.
         *
         * @param path a path relative to the environment, without {@code ..}
         * @return this builder
         * @throws IllegalArgumentException if it is empty, absolute, or leads out of the environment
         */
        public Builder resultPath(String path) {
            WireText.check("result path", path);
            if (path.isEmpty()
                    || path.startsWith("/")
                    || List.of(path.split("/")).contains("..")) {
                throw new IllegalArgumentException("Not a path in the environment: '" + path + "'");
            }
            resultPath = path;
            return this;
        }

        /**
         * Starts from a saved environment, which is not changed. Without it and without an upload, from an empty one.
         *
         * @param id its id
         * @return this builder
         */
        public Builder environment(UUID id) {
            environment = id;
            return this;
        }

        /**
         * Has the server keep the environment as the commands left it. It does not by default.
         *
         * @param keep whether to keep it
         * @return this builder
         */
        public Builder save(boolean keep) {
            save = keep;
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         * @throws IllegalArgumentException if there is no command
         */
        public ExecuteRequest build() {
            if (commands.isEmpty()) {
                throw new IllegalArgumentException("A request needs a command.");
            }
            return new ExecuteRequest(this);
        }
    }
}
