package org.sandbox4j.local;

import java.util.List;
import org.sandbox4j.spi.ClosedAtShutdown;
import org.sandbox4j.spi.ShutdownTasks;

/**
 * Closes the sandboxes that are open when the JVM goes down in order, so that their mount points and scratch go too. Tasks that
 * need them open come first.
 */
final class ShutdownHook {
    private static final ClosedAtShutdown<LocalSandbox> OPEN =
            new ClosedAtShutdown<>("sandbox4j-shutdown", ShutdownHook::closeAll);

    private ShutdownHook() {}

    static void add(LocalSandbox sandbox) {
        ClassesOfTheEnd.load();
        OPEN.add(sandbox);
    }

    static void remove(LocalSandbox sandbox) {
        OPEN.remove(sandbox);
    }

    private static void closeAll(List<LocalSandbox> open) {
        ShutdownTasks.finish();
        open.forEach(LocalSandbox::stopRuns);
        open.forEach(LocalSandbox::close);
    }
}
