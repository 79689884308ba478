package org.sandbox4j;

import org.jspecify.annotations.Nullable;

/**
 * A program of the <em>host</em> that a backend needs is missing, for example bubblewrap's {@code bwrap}. The message says
 * how to install it and how to point at it. Not to be confused with {@link CommandNotFoundException}, which is about the
 * staged root.
 *
 * <p>In spite of its name, which is BuildStream's, this is no {@link Error}: it is meant to be caught.
 */
public class ProgramNotFoundError extends SandboxUnavailableException {
    private static final long serialVersionUID = 1L;

    /** The name of the missing program. */
    private final String program;

    /**
     * Makes an error with the reason {@code "missing-program"}.
     *
     * @param program the name of the program
     * @param message where it was looked for, and what to do
     */
    public ProgramNotFoundError(String program, String message) {
        this(program, message, null);
    }

    /**
     * Makes an error with the reason {@code "missing-program"} and a cause.
     *
     * @param program the name of the program
     * @param message where it was looked for, and what to do
     * @param cause what led to it, if anything
     */
    public ProgramNotFoundError(String program, String message, @Nullable Throwable cause) {
        super("missing-program", message, cause);
        this.program = program;
    }

    /**
     * Returns the name of the missing program.
     *
     * @return for example {@code "bwrap"}
     */
    public String program() {
        return program;
    }
}
