package org.sandbox4j.local.launch;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a process with its descendants: descendants first, since bubblewrap's child only learns of its parent's death once
 * it has asked the kernel for the signal, and would live on if the parent went before.
 */
final class ProcessTree {
    private static final long DEADLINE = TimeUnit.SECONDS.toNanos(5);

    private ProcessTree() {}

    static void kill(long pid) {
        Optional<ProcessHandle> root = ProcessHandle.of(pid);
        if (root.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + DEADLINE;
        List<ProcessHandle> descendants = root.get().descendants().toList();
        while (!descendants.isEmpty() && System.nanoTime() < deadline) {
            for (int i = descendants.size() - 1; i >= 0; i--) {
                descendants.get(i).destroyForcibly();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            descendants = root.get().descendants().toList();
        }
        root.get().destroyForcibly();
    }
}
