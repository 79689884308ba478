package org.sandbox4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox could not be opened, or could not do what it was asked. Never a command's own failure, which is an exit code.
 *
 * <p>The message says what failed, why, and what to do. {@link #reason()} is for programs.
 */
public class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reason, for programs. */
    private final String reason;

    /**
     * Makes an exception.
     *
     * @param reason a stable lower-case word for programs, for example {@code "missing-command"}
     * @param message what failed, why, and what to do
     */
    public SandboxException(String reason, String message) {
        this(reason, message, null);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param reason a stable lower-case word for programs
     * @param message what failed, why, and what to do
     * @param cause what led to it, if anything
     */
    public SandboxException(String reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Returns the reason in a form for programs. The words of a release stay the same in later ones.
     *
     * @return lower-case words joined by hyphens
     */
    public String reason() {
        return reason;
    }
}
