package org.sandbox4j;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.SandboxValues;

/**
 * One command to run in a sandbox: its arguments, and what differs from the sandbox's settings. Immutable; made with
 * {@link #builder(String...)}. What is not set is taken from the sandbox when the run starts.
 */
public final class SandboxCommand {
    private final List<String> arguments;
    private final Set<SandboxFlags> flags;
    private final @Nullable String workDirectory;
    private final @Nullable Map<String, String> environment;
    private final @Nullable Stdio stdin;
    private final @Nullable Stdio stdout;
    private final @Nullable Stdio stderr;
    private final @Nullable Duration timeout;
    private final @Nullable ResourceLimits limits;
    private final @Nullable TerminalSize terminal;
    private final boolean mayFail;
    private final boolean rollbackOnFailure;
    private final @Nullable String label;

    private SandboxCommand(Builder builder) {
        arguments = builder.arguments;
        flags = builder.flags;
        workDirectory = builder.workDirectory;
        environment = builder.environment;
        stdin = builder.stdin;
        stdout = builder.stdout;
        stderr = builder.stderr;
        timeout = builder.timeout;
        limits = builder.limits;
        terminal = builder.terminal;
        mayFail = builder.mayFail;
        rollbackOnFailure = builder.rollbackOnFailure;
        label = builder.label;
    }

    /**
     * Returns a command with these arguments and nothing else set.
     *
     * @param arguments the command and its arguments, at least one
     * @return the command
     * @throws IllegalArgumentException if there are none, or one holds a NUL character or half of a surrogate pair
     */
    public static SandboxCommand of(String... arguments) {
        return builder(arguments).build();
    }

    /**
     * Returns a builder for a command.
     *
     * @param arguments the command and its arguments, at least one. A command without a slash is looked up in the
     *     {@code PATH} of its environment, inside the sandbox
     * @return a new builder
     * @throws IllegalArgumentException if there are none, or one holds a NUL character or half of a surrogate pair
     */
    public static Builder builder(String... arguments) {
        return builder(List.of(arguments));
    }

    /**
     * Returns a builder for a command.
     *
     * @param arguments the command and its arguments, at least one
     * @return a new builder
     * @throws IllegalArgumentException if there are none, or one holds a NUL character or half of a surrogate pair
     */
    public static Builder builder(List<String> arguments) {
        return new Builder(SandboxValues.arguments(arguments));
    }

    /**
     * Returns a builder that starts with this command's values.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder(arguments);
        builder.flags = flags;
        builder.workDirectory = workDirectory;
        builder.environment = environment;
        builder.stdin = stdin;
        builder.stdout = stdout;
        builder.stderr = stderr;
        builder.timeout = timeout;
        builder.limits = limits;
        builder.terminal = terminal;
        builder.mayFail = mayFail;
        builder.rollbackOnFailure = rollbackOnFailure;
        builder.label = label;
        return builder;
    }

    /**
     * Returns the command and its arguments.
     *
     * @return an unmodifiable list with at least one element
     */
    public List<String> arguments() {
        return arguments;
    }

    /**
     * Returns the flags of the run.
     *
     * @return an unmodifiable set, empty by default
     */
    public Set<SandboxFlags> flags() {
        return flags;
    }

    /**
     * Returns the work directory inside the sandbox.
     *
     * @return an absolute normalised path, empty for the sandbox's own
     */
    public Optional<String> workDirectory() {
        return Optional.ofNullable(workDirectory);
    }

    /**
     * Returns the whole environment of the command.
     *
     * @return an unmodifiable map, empty for the sandbox's own
     */
    public Optional<Map<String, String>> environment() {
        return Optional.ofNullable(environment);
    }

    /**
     * Returns where standard input comes from.
     *
     * @return the source, empty for the default of the call
     */
    public Optional<Stdio> stdin() {
        return Optional.ofNullable(stdin);
    }

    /**
     * Returns where standard output goes.
     *
     * @return the target, empty for the default of the call
     */
    public Optional<Stdio> stdout() {
        return Optional.ofNullable(stdout);
    }

    /**
     * Returns where standard error goes.
     *
     * @return the target, empty for the default of the call
     */
    public Optional<Stdio> stderr() {
        return Optional.ofNullable(stderr);
    }

    /**
     * Returns how long the command may take.
     *
     * @return the time after which it is killed, empty for no limit
     */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /**
     * Returns the limits of the command.
     *
     * @return the limits, empty for the sandbox's own
     */
    public Optional<ResourceLimits> limits() {
        return Optional.ofNullable(limits);
    }

    /**
     * Returns the size of the terminal that the command gets.
     *
     * @return the size, empty if it gets none of its own
     */
    public Optional<TerminalSize> terminal() {
        return Optional.ofNullable(terminal);
    }

    /**
     * Tells whether a batch goes on after this command failed.
     *
     * @return false by default
     */
    public boolean mayFail() {
        return mayFail;
    }

    /**
     * Tells whether the root stays as it was when this command fails.
     *
     * @return false by default
     */
    public boolean rollsBackOnFailure() {
        return rollbackOnFailure;
    }

    /**
     * Returns a name for messages and logs.
     *
     * @return the label, empty if there is none
     */
    public Optional<String> label() {
        return Optional.ofNullable(label);
    }

    /** Returns the label and the arguments, cut in the middle when they are long; no environment. */
    @Override
    public String toString() {
        String text = TextCut.inTheMiddle(String.join(" ", arguments), 200);
        return label == null ? text : label + ": " + text;
    }

    /** Collects a command's values; each is checked at once. Not safe for use by several threads. */
    public static final class Builder {
        private final List<String> arguments;
        private Set<SandboxFlags> flags = Set.of();
        private @Nullable String workDirectory;
        private @Nullable Map<String, String> environment;
        private @Nullable Stdio stdin;
        private @Nullable Stdio stdout;
        private @Nullable Stdio stderr;
        private @Nullable Duration timeout;
        private @Nullable ResourceLimits limits;
        private @Nullable TerminalSize terminal;
        private boolean mayFail;
        private boolean rollbackOnFailure;
        private @Nullable String label;

        private Builder(List<String> arguments) {
            this.arguments = arguments;
        }

        /**
         * Sets the flags, replacing earlier ones. Default: none.
         *
         * @param flags the flags
         * @return this builder
         */
        public Builder flags(SandboxFlags... flags) {
            return flags(List.of(flags));
        }

        /**
         * Sets the flags, replacing earlier ones. Default: none.
         *
         * @param flags the flags
         * @return this builder
         */
        public Builder flags(Collection<SandboxFlags> flags) {
            EnumSet<SandboxFlags> copy = EnumSet.noneOf(SandboxFlags.class);
            copy.addAll(flags);
            this.flags = Set.copyOf(copy);
            return this;
        }

        /**
         * Sets the work directory. Default: the sandbox's own.
         *
         * @param directory an absolute path inside the sandbox, made if it is missing
         * @return this builder
         * @throws IllegalArgumentException if it is relative, or has a {@code ..} or a NUL character
         */
        public Builder workDirectory(String directory) {
            workDirectory = SandboxValues.directory(directory);
            return this;
        }

        /**
         * Sets the whole environment; nothing is merged. Default: the sandbox's own.
         *
         * @param environment names and values; copied
         * @return this builder
         * @throws IllegalArgumentException if a name is empty or holds {@code =}, or one of them holds a NUL character or
         *     half of a surrogate pair
         */
        public Builder environment(Map<String, String> environment) {
            this.environment = SandboxValues.environment(environment);
            return this;
        }

        /**
         * Sets where standard input comes from. Default: empty, for {@code start} a pipe, with
         * {@link SandboxFlags#INTERACTIVE} the sandbox's own.
         *
         * @param stdin a source
         * @return this builder
         * @throws IllegalArgumentException if it is not a source
         */
        public Builder stdin(Stdio stdin) {
            this.stdin = SandboxValues.source(stdin);
            return this;
        }

        /**
         * Sets where standard output goes. Default: for {@code execute} a capture, for {@code start} a pipe, for {@code run}
         * the sandbox's own.
         *
         * @param stdout a target
         * @return this builder
         * @throws IllegalArgumentException if it is not a target
         */
        public Builder stdout(Stdio stdout) {
            this.stdout = SandboxValues.target(stdout);
            return this;
        }

        /**
         * Sets where standard error goes. Default: as for standard output.
         *
         * @param stderr a target
         * @return this builder
         * @throws IllegalArgumentException if it is not a target
         */
        public Builder stderr(Stdio stderr) {
            this.stderr = SandboxValues.target(stderr);
            return this;
        }

        /**
         * Sets the time after which the command and all its descendants are killed. Default: no limit.
         *
         * @param timeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("A timeout must be positive, not " + timeout + ".");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets the limits. Default: the sandbox's own.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder limits(ResourceLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Gives the command a terminal of its own, for programs that insist on one: its controlling terminal, standard
         * input, output and error. What standard input gives is typed there, and its end is Ctrl-D, typed again and again;
         * what the terminal shows goes where standard output goes. Standard error is the terminal unless a target is set
         * here with {@link #stderr(Stdio)}. {@link SandboxProcess#resize} changes the size. Default: none.
         *
         * <p>This needs no terminal of the caller's. A command with {@link SandboxFlags#INTERACTIVE} that is connected to the
         * caller's terminal has that one's size.
         *
         * @param columns width in characters, 1 to 65535
         * @param rows height in lines, 1 to 65535
         * @return this builder
         * @throws IllegalArgumentException if a terminal cannot have this size
         */
        public Builder terminal(int columns, int rows) {
            terminal = new TerminalSize(columns, rows);
            return this;
        }

        /**
         * Sets whether a batch goes on after this command failed. Default: false.
         *
         * @param mayFail true to go on
         * @return this builder
         */
        public Builder mayFail(boolean mayFail) {
            this.mayFail = mayFail;
            return this;
        }

        /**
         * Makes the command a transaction: when it does not exit with 0, be it by itself, by a signal, a timeout or a limit,
         * the root stays as it was before, including marked directories. What it wrote outside of the root, in places bound
         * with {@link SandboxBuilder#bindWritable}, stays. Default: what a failed command wrote stays.
         *
         * <p>The run is refused with {@link SandboxUnsupportedException} by a backend, or on a file system, that cannot do
         * this.
         *
         * @return this builder
         */
        public Builder rollbackOnFailure() {
            rollbackOnFailure = true;
            return this;
        }

        /**
         * Sets a name for messages and logs. Default: none.
         *
         * @param label a short text
         * @return this builder
         */
        public Builder label(String label) {
            this.label = Objects.requireNonNull(label, "label");
            return this;
        }

        /**
         * Returns the command.
         *
         * @return an immutable command
         */
        public SandboxCommand build() {
            return new SandboxCommand(this);
        }
    }
}
