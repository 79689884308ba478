package org.sandbox4j.testkit;

import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;

/** Entry points of the assertions about sandboxes. */
public final class SandboxAssertions {
    private SandboxAssertions() {}

    /**
     * Starts assertions about a result.
     *
     * @param result the result
     * @return the assertions
     */
    public static SandboxResultAssert assertThat(SandboxResult result) {
        return new SandboxResultAssert(result);
    }

    /**
     * Runs a command and starts assertions about its result, which name the command.
     *
     * @param sandbox where to run it
     * @param command what to run
     * @return the assertions
     * @throws InterruptedException if the thread is interrupted
     */
    public static SandboxResultAssert assertRunning(Sandbox sandbox, SandboxCommand command)
            throws InterruptedException {
        return assertThat(sandbox.execute(command)).as("%s", command);
    }
}
