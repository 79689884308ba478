package org.sandbox4j;

/**
 * The command was killed because its time was up. Thrown by {@code run}, which can only return an exit
 * code; {@code execute} gives a result with {@link Termination.TimedOut} instead.
 */
public class SandboxTimeoutException extends SandboxException {
    private static final long serialVersionUID = 1L;

    private final transient SandboxResult result;

    /**
     * Makes an exception with the reason {@code "timeout"}.
     *
     * @param message what was hit, and what to do
     * @param result the result, with what was captured until then
     */
    public SandboxTimeoutException(String message, SandboxResult result) {
        super("timeout", message);
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
