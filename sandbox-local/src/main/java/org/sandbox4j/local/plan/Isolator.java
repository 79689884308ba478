package org.sandbox4j.local.plan;

import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;

/** What differs between the backends of this host. Thread-safe. */
public interface Isolator {
    /** Returns the id of the backend. */
    String backend();

    /** Returns what its sandboxes guarantee on this host. */
    Set<Isolation> isolation();

    /** Tells whether commands run under a filter of system calls. */
    boolean filtersSystemCalls();

    /** Tells whether it can give file systems in memory a size here. */
    default boolean sizesFileSystems() {
        return false;
    }

    /** Tells whether it mounts terminals without anything that the contract does not know. */
    default boolean mountsTerminals() {
        return true;
    }

    /** Turns a plan into a command; a pure function. */
    IsolatedCommand isolate(SandboxPlan plan);

    /**
     * Explains why a sandbox was not set up.
     *
     * @param diagnostics what the isolation tool wrote
     * @param exit how it ended
     * @return the exception to throw
     */
    SandboxException setupFailure(String diagnostics, String exit);
}
