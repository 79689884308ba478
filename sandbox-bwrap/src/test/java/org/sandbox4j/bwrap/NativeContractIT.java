package org.sandbox4j.bwrap;

/** The contract, with what isolates started by native calls. */
class NativeContractIT extends LocalContract {
    NativeContractIT() {
        super("native");
    }
}
