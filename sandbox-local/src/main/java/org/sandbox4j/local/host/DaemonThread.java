package org.sandbox4j.local.host;

import java.time.Duration;
import org.sandbox4j.spi.DetachedThread;

/** Makes the threads of this library. */
public final class DaemonThread {
    /** How long, in milliseconds, threads wait for more work; for tests that have no time. */
    public static final String IDLE_PROPERTY = "sandbox4j.idle";

    private static final long DEFAULT_IDLE = 10_000;

    private DaemonThread() {}

    /** Makes a thread that keeps nothing of its maker's alive: neither its class loader nor its thread locals. */
    public static Thread of(Runnable work, String name) {
        Thread thread = DetachedThread.daemon(work, name);
        thread.setContextClassLoader(DaemonThread.class.getClassLoader());
        return thread;
    }

    /** Returns how long a thread without work waits for more before it ends. Starting one takes time. */
    public static Duration idle() {
        return Duration.ofMillis(Long.getLong(IDLE_PROPERTY, DEFAULT_IDLE));
    }
}
