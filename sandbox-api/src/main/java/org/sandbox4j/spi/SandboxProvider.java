package org.sandbox4j.spi;

import org.sandbox4j.Sandbox;

/**
 * Opens sandboxes of one kind. Implementations are found with {@link java.util.ServiceLoader}, need a public constructor
 * without parameters that does nothing, and are safe for use by several threads.
 */
public interface SandboxProvider {
    /**
     * Returns the identifier that users name the backend by.
     *
     * @return lower-case letters, digits and hyphens, for example {@code "bwrap"}; unique among the providers in use
     */
    String id();

    /**
     * Returns the rank among the available backends; the highest is taken.
     *
     * @return a number; a negative one is never taken unless it is named, which is for backends that are not on this host
     */
    int priority();

    /**
     * Tells whether this host can open such a sandbox with default options, having tried it. Leaves no trace, and reports
     * trouble as a value. The answer may be remembered.
     *
     * @return the answer
     */
    Availability probe();

    /**
     * Tells whether this host can open the sandbox described. Differs from {@link #probe()} when backend options matter,
     * such as the location of a program. What is guaranteed without being required may be left out of the answer, where
     * finding it out takes time.
     *
     * @param config what is to be opened
     * @return the answer
     */
    default Availability probe(SandboxConfig config) {
        return probe();
    }

    /**
     * Opens a sandbox that the caller closes.
     *
     * @param config what to open
     * @return the sandbox
     * @throws org.sandbox4j.SandboxUnavailableException if this host cannot open it; nothing has been made
     * @throws org.sandbox4j.SandboxSetupException if its directories cannot be made
     * @throws org.sandbox4j.SandboxUnsupportedException if the configuration asks for what the backend cannot do
     */
    Sandbox open(SandboxConfig config);
}
