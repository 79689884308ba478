package org.sandbox4j.remote.fleet;

import org.sandbox4j.spi.DetachedThread;

/** Threads that do not keep the JVM alive. */
final class Daemons {
    private Daemons() {}

    static Thread thread(Runnable task, String name) {
        return DetachedThread.daemon(task, name);
    }
}
