package org.sandbox4j;

import org.jspecify.annotations.Nullable;

/** The sandbox could not be set up; the command has not run. */
public class SandboxSetupException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception with the reason {@code "setup-failed"}.
     *
     * @param message what failed, why, and what to do
     */
    public SandboxSetupException(String message) {
        this("setup-failed", message, null);
    }

    /**
     * Makes an exception with the reason {@code "setup-failed"} and a cause.
     *
     * @param message what failed, why, and what to do
     * @param cause what led to it
     */
    public SandboxSetupException(String message, Throwable cause) {
        this("setup-failed", message, cause);
    }

    /**
     * Makes an exception.
     *
     * @param reason a stable lower-case word for programs
     * @param message what failed, why, and what to do
     * @param cause what led to it, if anything
     */
    public SandboxSetupException(String reason, String message, @Nullable Throwable cause) {
        super(reason, message, cause);
    }
}
