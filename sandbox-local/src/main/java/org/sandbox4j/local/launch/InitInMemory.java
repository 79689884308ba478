package org.sandbox4j.local.launch;

import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.DaemonThread;

/** The init program in memory, made when it is needed and closed when nothing has been started for a while. Thread-safe. */
final class InitInMemory {
    private @Nullable Descriptor program;
    private int uses;
    private long lastUsed;

    /** Keeps the program open until it is closed. */
    final class Use implements AutoCloseable {
        private final NativeCode.Use nativeCode;
        private final Descriptor used;

        private Use(NativeCode.Use nativeCode, Descriptor used) {
            this.nativeCode = nativeCode;
            this.used = used;
        }

        int descriptor() {
            return used.number();
        }

        @Override
        public void close() {
            leave();
            nativeCode.close();
        }
    }

    /** Makes the program if it is not there, and lets native code be called. */
    Use use() {
        NativeCode.Use nativeCode = NativeCode.use();
        try {
            return new Use(nativeCode, enter());
        } catch (RuntimeException | Error e) {
            nativeCode.close();
            throw e;
        }
    }

    private synchronized Descriptor enter() {
        Descriptor made = program;
        if (made == null) {
            made = InitProgram.inMemory();
            program = made;
            closeWhenIdle();
        }
        uses++;
        return made;
    }

    private synchronized void leave() {
        uses--;
        lastUsed = System.nanoTime();
    }

    private void closeWhenIdle() {
        try {
            LaunchingThread.ofThisJvm().whenIdle(this::close);
        } catch (SandboxSetupException e) {
            // There is no thread to be had, so it stays open.
        }
    }

    private synchronized void close() {
        if (program == null) {
            return;
        }
        if (uses == 0 && System.nanoTime() - lastUsed >= DaemonThread.idle().toNanos()) {
            program.close();
            program = null;
        } else {
            closeWhenIdle();
        }
    }
}
