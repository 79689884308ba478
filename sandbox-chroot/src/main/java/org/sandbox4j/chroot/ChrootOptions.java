package org.sandbox4j.chroot;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.BackendOptions;

/**
 * Settings of the chroot backend. Immutable.
 *
 * <pre>{@code
 * Sandbox.builder(directory).with(ChrootOptions.defaults().nestedNamespaces(true)).open();
 * }</pre>
 */
public final class ChrootOptions implements BackendOptions {
    private final @Nullable Path unshare;
    private final boolean nestedNamespaces;

    private ChrootOptions(@Nullable Path unshare, boolean nestedNamespaces) {
        this.unshare = unshare;
        this.nestedNamespaces = nestedNamespaces;
    }

    /**
     * Returns the defaults: {@code unshare} is looked up on the {@code PATH} and in the system's directories, and commands
     * cannot make user namespaces.
     *
     * @return the options
     */
    public static ChrootOptions defaults() {
        return new ChrootOptions(null, false);
    }

    /**
     * Returns options that use one program.
     *
     * @param unshare an absolute path of unshare(1) of util-linux on the host
     * @return the options
     * @throws IllegalArgumentException if the path is not absolute
     */
    public static ChrootOptions unshare(Path unshare) {
        if (!unshare.isAbsolute()) {
            throw new IllegalArgumentException("The location of unshare must be absolute, not '" + unshare + "'.");
        }
        return new ChrootOptions(Objects.requireNonNull(unshare, "unshare"), false);
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
    public ChrootOptions nestedNamespaces(boolean allowed) {
        return new ChrootOptions(unshare, allowed);
    }

    /**
     * Returns the program.
     *
     * @return its path, empty when it is to be looked up
     */
    public Optional<Path> unshare() {
        return Optional.ofNullable(unshare);
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
        return ChrootSandboxProvider.ID;
    }
}
