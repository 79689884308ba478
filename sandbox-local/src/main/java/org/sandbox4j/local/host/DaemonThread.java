package org.sandbox4j.local.host;

/** Makes the threads of this library. */
public final class DaemonThread {
    private DaemonThread() {}

    /** Makes a thread that keeps nothing of its maker's alive: neither its class loader nor its thread locals. */
    public static Thread of(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setContextClassLoader(DaemonThread.class.getClassLoader());
        thread.setDaemon(true);
        return thread;
    }
}
