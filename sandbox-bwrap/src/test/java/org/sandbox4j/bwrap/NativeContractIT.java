package org.sandbox4j.bwrap;

import org.junit.jupiter.api.Tag;

/** The contract, with what isolates started by native calls. */
@Tag("native")
class NativeContractIT extends LocalContract {
    NativeContractIT() {
        super("native");
    }
}
