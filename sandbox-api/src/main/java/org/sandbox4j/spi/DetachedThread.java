package org.sandbox4j.spi;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes threads that keep nothing of their maker's alive: neither its class loader, nor its thread locals, nor its callers. For
 * threads of a backend that may live longer than the call that needed them first.
 */
public final class DetachedThread {
    private DetachedThread() {}

    /**
     * Makes a thread, whose context class loader is the one of its work. It is not started.
     *
     * @param work what it does
     * @param name its name
     * @return the thread
     */
    // Privileged, since a thread otherwise remembers, up to JDK 23, the classes of everybody who is on the stack.
    @SuppressWarnings("removal")
    public static Thread of(Runnable work, String name) {
        Thread thread =
                AccessController.doPrivileged((PrivilegedAction<Thread>) () -> new Thread(null, work, name, 0, false));
        thread.setContextClassLoader(work.getClass().getClassLoader());
        return thread;
    }

    /**
     * Makes a thread like {@link #of} that does not hold up the end of the JVM.
     *
     * @param work what it does
     * @param name its name
     * @return the thread
     */
    public static Thread daemon(Runnable work, String name) {
        Thread thread = of(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
