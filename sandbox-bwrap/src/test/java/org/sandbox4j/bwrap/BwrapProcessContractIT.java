package org.sandbox4j.bwrap;

/** The contract, with bubblewrap started by a ProcessBuilder. */
class BwrapProcessContractIT extends BwrapContract {
    BwrapProcessContractIT() {
        super("process");
    }
}
