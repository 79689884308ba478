package org.sandbox4j.local;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sandbox4j.spi.ShutdownTasks;

/**
 * Closes the sandboxes that are open when the JVM goes down in order, so that their mount points and scratch go too. Tasks that
 * need them open come first.
 */
final class ShutdownHook {
    private static final Set<LocalSandbox> OPEN = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHook::closeAll, "sandbox4j-shutdown"));
        } catch (IllegalStateException e) {
            // The JVM is going down already. The control pipes will end what still runs.
        }
    }

    private ShutdownHook() {}

    static void add(LocalSandbox sandbox) {
        OPEN.add(sandbox);
    }

    static void remove(LocalSandbox sandbox) {
        OPEN.remove(sandbox);
    }

    private static void closeAll() {
        ShutdownTasks.finish();
        List<LocalSandbox> open = List.copyOf(OPEN);
        open.forEach(LocalSandbox::stopRuns);
        open.forEach(LocalSandbox::close);
    }
}
