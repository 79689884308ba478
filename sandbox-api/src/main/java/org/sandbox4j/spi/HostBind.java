package org.sandbox4j.spi;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file or directory of the host that commands see.
 *
 * @param source an absolute path on the host
 * @param target an absolute normalised path inside the sandbox
 * @param writable whether commands may change it
 */
public record HostBind(Path source, String target, boolean writable) {
    /** Checks the paths. */
    public HostBind {
        Objects.requireNonNull(source, "source");
        target = SandboxValues.directory(target);
        if (!source.isAbsolute()) {
            throw new IllegalArgumentException("Cannot bind '" + source + "': the path on the host must be absolute.");
        }
        if (target.equals("/")) {
            throw new IllegalArgumentException(
                    "Cannot bind '" + source + "' at '/': that is the root of the sandbox. Stage files there instead.");
        }
    }
}
