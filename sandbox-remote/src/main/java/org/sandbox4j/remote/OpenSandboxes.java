package org.sandbox4j.remote;

import java.util.List;
import org.sandbox4j.SandboxException;
import org.sandbox4j.spi.ClosedAtShutdown;
import org.sandbox4j.spi.ShutdownTasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the sandboxes that are open when the JVM goes down in order, so that nothing runs on servers for nobody. */
final class OpenSandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSandboxes.class);
    private static final ClosedAtShutdown<RemoteSandbox> OPEN =
            new ClosedAtShutdown<>("sandbox4j-remote-shutdown", OpenSandboxes::closeAll);

    private OpenSandboxes() {}

    static void add(RemoteSandbox sandbox) {
        OPEN.add(sandbox);
    }

    static void remove(RemoteSandbox sandbox) {
        OPEN.remove(sandbox);
    }

    private static void closeAll(List<RemoteSandbox> open) {
        ShutdownTasks.finish();
        for (RemoteSandbox sandbox : open) {
            try {
                sandbox.close();
            } catch (SandboxException e) {
                LOG.warn("{}: not closed when the JVM went down: {}", sandbox, e.getMessage());
            }
        }
    }
}
