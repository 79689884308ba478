package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LaunchingThreadTest {
    @Test
    void call_fromSeveralThreads_runsInOneThreadThatDoesNotHoldUpTheJvm() throws Exception {
        Thread here = LaunchingThread.call(Thread::currentThread);
        Thread there = CompletableFuture.supplyAsync(() -> LaunchingThread.call(Thread::currentThread))
                .get(10, TimeUnit.SECONDS);

        assertThat(there).isSameAs(here).isNotSameAs(Thread.currentThread());
        assertThat(here.isDaemon()).isTrue();
        assertThat(here.isAlive()).isTrue();
    }

    @Test
    void call_workThrows_throwsTheSame() {
        IllegalStateException failure = new IllegalStateException("failed");
        StackOverflowError error = new StackOverflowError();

        assertThatThrownBy(() -> LaunchingThread.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> LaunchingThread.call(() -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThat(LaunchingThread.call(() -> "still there")).isEqualTo("still there");
    }

    /** A process that has been started must be known, so an interrupt waits. */
    @Test
    void call_interrupted_returnsTheResultAndKeepsTheInterrupt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            String value = LaunchingThread.call(() -> {
                started.countDown();
                awaitQuietly(finish);
                return "launched";
            });
            result.complete(value + " " + Thread.currentThread().isInterrupted());
        });
        caller.start();
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        caller.interrupt();
        Awaitility.await().until(() -> !caller.isInterrupted());
        finish.countDown();

        assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("launched true");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
