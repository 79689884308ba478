package org.sandbox4j.bwrap;

/** The contract, with bubblewrap started by native calls. */
class BwrapNativeContractIT extends BwrapContract {
    BwrapNativeContractIT() {
        super("native");
    }
}
