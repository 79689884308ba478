package org.sandbox4j.bwrap;

import java.util.Optional;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;

/** The contract, with sandboxes that have a defect, or none. Run by {@link BrokenSandboxesIT}, one defect at a time. */
class BrokenContract extends LocalContract {
    private static volatile Optional<Defect> defect = Optional.empty();

    BrokenContract() {
        super("auto");
    }

    static void breakBy(Optional<Defect> next) {
        defect = next;
    }

    @Override
    protected Sandbox open(SandboxBuilder builder) {
        Sandbox real = super.open(builder);
        return defect.map(present -> present.breaking(real)).orElseGet(() -> new DelegatingSandbox(real));
    }
}
