package org.sandbox4j;

import org.jspecify.annotations.Nullable;

/** No backend, or not the one asked for, can open a sandbox on this host as it is. Nothing has been made or changed. */
public class SandboxUnavailableException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception with the reason {@code "unavailable"}.
     *
     * @param message every backend tried, why it cannot be used, and what to do
     */
    public SandboxUnavailableException(String message) {
        this("unavailable", message, null);
    }

    /**
     * Makes an exception.
     *
     * @param reason a stable lower-case word for programs
     * @param message every backend tried, why it cannot be used, and what to do
     * @param cause what led to it, if anything
     */
    public SandboxUnavailableException(String reason, String message, @Nullable Throwable cause) {
        super(reason, message, cause);
    }
}
