package org.sandbox4j.bwrap;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.sandbox4j.testkit.Capability;

/** The contract, with what isolates started by a ProcessBuilder. */
@Tag("process")
class ProcessContractIT extends LocalContract {
    ProcessContractIT() {
        super("process");
    }

    /** Terminals take native calls. */
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.TERMINALS, Capability.CALLERS_TERMINAL));
    }
}
