package org.sandbox4j.local.launch;

import com.sun.jna.Native;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.DaemonThread;

/**
 * Binds {@link LibC} to the C library for as long as it is used. A class that is bound is held by JNA's native code, which would
 * keep the class loader; binding anew takes some milliseconds. Everything that calls the C library counts: each open
 * {@link Descriptor}, each start of a process, each terminal.
 */
final class NativeCode {
    // Guarded by the class.
    private static int uses;
    private static boolean bound;
    private static long lastUsed;

    /** Lets the C library be called until it is closed. */
    static final class Use implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        private Use() {}

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                leave();
            }
        }
    }

    private NativeCode() {}

    /** Makes the C library callable. */
    static Use use() {
        enter();
        return new Use();
    }

    /** As {@link #use}, for what calls {@link #leave} once. */
    static synchronized void enter() {
        if (!bound) {
            LibC.bind();
            bound = true;
            releaseWhenIdle();
        }
        uses++;
    }

    static synchronized void leave() {
        uses--;
        lastUsed = System.nanoTime();
    }

    private static void releaseWhenIdle() {
        try {
            LaunchingThread.ofThisJvm().whenIdle(NativeCode::release);
        } catch (SandboxSetupException e) {
            // There is no thread to be had, so it stays bound.
        }
    }

    /** Nobody is inside a call, and who comes next waits for the lock and binds anew. */
    private static synchronized void release() {
        if (uses == 0 && System.nanoTime() - lastUsed >= DaemonThread.idle().toNanos()) {
            Native.unregister(LibC.class);
            bound = false;
        } else {
            releaseWhenIdle();
        }
    }
}
