package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.BackendOptions;

/**
 * Settings of the bubblewrap backend. Immutable.
 *
 * <pre>{@code
 * Sandbox.builder(directory).with(BwrapOptions.program(Path.of("/opt/bubblewrap/bin/bwrap"))).open();
 * }</pre>
 */
public final class BwrapOptions implements BackendOptions {
    private final @Nullable Path program;
    private final boolean nestedNamespaces;

    private BwrapOptions(@Nullable Path program, boolean nestedNamespaces) {
        this.program = program;
        this.nestedNamespaces = nestedNamespaces;
    }

    /**
     * Returns the defaults: {@code bwrap} is looked up on the {@code PATH} and in the system's directories, and commands
     * cannot make user namespaces.
     *
     * @return the options
     */
    public static BwrapOptions defaults() {
        return new BwrapOptions(null, false);
    }

    /**
     * Returns options that use one program.
     *
     * @param program an absolute path of bubblewrap on the host
     * @return the options
     * @throws IllegalArgumentException if the path is not absolute
     */
    public static BwrapOptions program(Path program) {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException("The location of bwrap must be absolute, not '" + program + "'.");
        }
        return new BwrapOptions(Objects.requireNonNull(program, "program"), false);
    }

    /**
     * Returns the same options with or without the right to make user namespaces inside, which nested sandboxes need: with
     * it, bubblewrap, {@code unshare -Ur} and the backends of this library work in the sandbox, with a {@code /proc} of their
     * own. Default: without.
     *
     * <p>It has a price. System calls are not filtered, and commands have every capability in namespaces that they make, so
     * {@code SYSCALLS} and {@code PRIVILEGES} are missing from {@code isolation()}. A nested sandbox can mount a {@code /proc}
     * of which nothing is covered. When the superuser opens the sandbox, commands are the host's uid 0 there and can change
     * the host's kernel parameters with it, which is as good as the host: use it as an ordinary user, or trust the commands.
     *
     * @param allowed true to allow it
     * @return new options
     */
    public BwrapOptions nestedNamespaces(boolean allowed) {
        return new BwrapOptions(program, allowed);
    }

    /**
     * Returns the program.
     *
     * @return its path, empty when it is to be looked up
     */
    public Optional<Path> program() {
        return Optional.ofNullable(program);
    }

    /**
     * Tells whether commands may make user namespaces.
     *
     * @return false by default
     */
    public boolean nestedNamespaces() {
        return nestedNamespaces;
    }

    @Override
    public String backend() {
        return BwrapSandboxProvider.ID;
    }
}
