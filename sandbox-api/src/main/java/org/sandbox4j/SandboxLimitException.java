package org.sandbox4j;

/**
 * The command was killed, or ended, because it hit a limit. Thrown by {@code run}, which can only return an exit
 * code; {@code execute} gives a result with {@link Termination.LimitExceeded} instead.
 */
public class SandboxLimitException extends SandboxException {
    private static final long serialVersionUID = 1L;

    private final transient SandboxResult result;

    /**
     * Makes an exception with the reason {@code "limit"}.
     *
     * @param message what was hit, and what to do
     * @param result the result, with what was captured until then
     */
    public SandboxLimitException(String message, SandboxResult result) {
        super("limit", message);
        this.result = result;
    }

    /**
     * Returns the result, with what was captured until then.
     *
     * @return the result
     */
    public SandboxResult result() {
        return result;
    }
}
