package org.sandbox4j.protocol;

import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/** What came over the wire is not JSON, not of the expected shape, or larger than permitted. */
public class WireFormatException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception with the reason {@code "wire-format"}.
     *
     * @param message what is wrong, and where
     * @param cause what led to it, if anything
     */
    public WireFormatException(String message, @Nullable Throwable cause) {
        super("wire-format", message, cause);
    }
}
