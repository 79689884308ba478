package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Threads that do nothing but exist, and count towards the limit of processes until the kernel has let go of them. */
final class HeldThreads implements AutoCloseable {
    private static final int MOST_THREADS = 1_000;
    private static final long SECONDS_TO_END = 60;

    private final List<HeldThread> threads = new ArrayList<>();

    /** Returns whether this JVM may have as many threads as it likes. */
    static boolean areUnlimited() {
        try (HeldThreads held = new HeldThreads()) {
            while (held.count() < MOST_THREADS) {
                if (!held.add()) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Takes all the threads that the limit allows, but some. */
    static HeldThreads allBut(int left) throws NoRoomException {
        HeldThreads held = new HeldThreads();
        while (held.add()) {
            // One more.
        }
        if (held.count() <= left) {
            held.close();
            throw new NoRoomException("fewer than " + (left + 1) + " threads can be had");
        }
        for (int i = 0; i < left; i++) {
            held.removeLast();
        }
        return held;
    }

    int count() {
        return threads.size();
    }

    private boolean add() {
        HeldThread thread = new HeldThread();
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            return false;
        }
        threads.add(thread);
        return true;
    }

    private void removeLast() {
        threads.remove(threads.size() - 1).end();
    }

    @Override
    public void close() {
        threads.forEach(HeldThread::release);
        while (!threads.isEmpty()) {
            removeLast();
        }
    }

    private static final class HeldThread extends Thread {
        private final CountDownLatch released = new CountDownLatch(1);
        private final CompletableFuture<Path> task = new CompletableFuture<>();

        HeldThread() {
            super("held");
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                task.complete(Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))));
                released.await();
            } catch (IOException | InterruptedException e) {
                task.completeExceptionally(e);
            }
        }

        void release() {
            released.countDown();
        }

        /** Joining is not enough: the JVM has done with the thread some time before the kernel stops to count it. */
        void end() {
            release();
            long start = System.nanoTime();
            while (Files.exists(task.join())) {
                assertThat(System.nanoTime() - start)
                        .as("a thread that has been told to end is still there")
                        .isLessThan(SECONDS_TO_END * 1_000_000_000L);
                LockSupport.parkNanos(100_000);
            }
        }
    }
}
