package org.sandbox4j.benchmarks;

import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;

/**
 * How long one run took, in milliseconds.
 *
 * @param whole from the call to the return
 * @param inside from the start of the command to its end
 */
record Timed(double whole, double inside) {
    static final double MILLISECOND = 1e6;

    static Timed run(Sandbox sandbox, SandboxCommand command) throws InterruptedException {
        long start = System.nanoTime();
        SandboxResult result = sandbox.execute(command);
        double whole = (System.nanoTime() - start) / MILLISECOND;
        if (!result.succeeded()) {
            throw new IllegalStateException(command + " ended with " + result.termination() + ": "
                    + result.stderr().text());
        }
        return new Timed(whole, result.usage().wall().toNanos() / MILLISECOND);
    }

    double outside() {
        return whole - inside;
    }

    Timed and(Timed next) {
        return new Timed(whole + next.whole, inside + next.inside);
    }
}
