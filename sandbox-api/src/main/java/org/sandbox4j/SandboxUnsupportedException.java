package org.sandbox4j;

/** The backend cannot do what was asked, here or at all. The command has not run, and nothing was changed. */
public class SandboxUnsupportedException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception with the reason {@code "unsupported"}.
     *
     * @param message what cannot be done, why, and what to do instead
     */
    public SandboxUnsupportedException(String message) {
        super("unsupported", message);
    }
}
