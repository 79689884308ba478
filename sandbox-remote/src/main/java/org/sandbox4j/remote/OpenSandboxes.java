package org.sandbox4j.remote;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sandbox4j.SandboxException;
import org.sandbox4j.spi.ShutdownTasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the sandboxes that are open when the JVM goes down in order, so that nothing runs on servers for nobody. */
final class OpenSandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSandboxes.class);
    private static final Set<RemoteSandbox> OPEN = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(OpenSandboxes::closeAll, "sandbox4j-remote-shutdown"));
        } catch (IllegalStateException e) {
            // The JVM is going down already; the server ends the runs of clients that are gone.
        }
    }

    private OpenSandboxes() {}

    static void add(RemoteSandbox sandbox) {
        OPEN.add(sandbox);
    }

    static void remove(RemoteSandbox sandbox) {
        OPEN.remove(sandbox);
    }

    private static void closeAll() {
        ShutdownTasks.finish();
        for (RemoteSandbox sandbox : List.copyOf(OPEN)) {
            try {
                sandbox.close();
            } catch (SandboxException e) {
                LOG.warn("{}: not closed when the JVM went down: {}", sandbox, e.getMessage());
            }
        }
    }
}
