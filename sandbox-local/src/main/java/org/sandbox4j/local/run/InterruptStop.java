package org.sandbox4j.local.run;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.sandbox4j.local.launch.ProcessWatch;

/**
 * Stops a run when the thread that waits for it in native code is interrupted. The JDK offers this hook to channels only: it
 * closes the channel that a thread is busy with when the thread is interrupted.
 */
final class InterruptStop extends AbstractInterruptibleChannel implements ProcessWatch.Waiting {
    private final SandboxRun run;

    InterruptStop(SandboxRun run) {
        this.run = run;
    }

    @Override
    public void aboutToWait() {
        begin();
    }

    @Override
    public void hasWaited() {
        try {
            end(true);
        } catch (AsynchronousCloseException e) {
            // The run has been stopped, and is now waited for until nothing is left of it.
        }
    }

    @Override
    protected void implCloseChannel() {
        run.stop(SandboxRun.Stop.INTERRUPTED);
    }
}
