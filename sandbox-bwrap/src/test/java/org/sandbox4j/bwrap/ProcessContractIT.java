package org.sandbox4j.bwrap;

import java.util.EnumSet;
import java.util.Set;
import org.sandbox4j.testkit.Capability;

/** The contract, with what isolates started by a ProcessBuilder. */
class ProcessContractIT extends LocalContract {
    ProcessContractIT() {
        super("process");
    }

    /** Terminals take native calls. */
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.TERMINALS));
    }
}
