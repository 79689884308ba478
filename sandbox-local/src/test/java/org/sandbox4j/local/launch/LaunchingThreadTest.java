package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LaunchingThreadTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final LaunchingThread thread = new LaunchingThread(LONG);

    @Test
    void call_fromSeveralThreads_runsInOneThreadThatDoesNotHoldUpTheJvm() throws Exception {
        Thread here = thread.call(Thread::currentThread);
        Thread there = CompletableFuture.supplyAsync(() -> thread.call(Thread::currentThread))
                .get(10, TimeUnit.SECONDS);

        assertThat(there).isSameAs(here).isNotSameAs(Thread.currentThread());
        assertThat(here.isDaemon()).isTrue();
        assertThat(here.isAlive()).isTrue();
    }

    @Test
    void call_workThrows_throwsTheSame() {
        IllegalStateException failure = new IllegalStateException("failed");
        StackOverflowError error = new StackOverflowError();

        assertThatThrownBy(() -> thread.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> thread.call(() -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThat(thread.call(() -> "still there")).isEqualTo("still there");
    }

    /** A process that has been started must be known, so an interrupt waits. */
    @Test
    void call_interrupted_returnsTheResultAndKeepsTheInterrupt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            String value = thread.call(() -> {
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

    @Test
    void thread_withoutWorkOrProcess_endsAfterItsTasks_andIsReplaced() {
        LaunchingThread brief = new LaunchingThread(Duration.ofMillis(1));
        List<Thread> told = new CopyOnWriteArrayList<>();
        Thread first = brief.call(Thread::currentThread);
        brief.whenIdle(() -> told.add(Thread.currentThread()));

        Awaitility.await().until(() -> !first.isAlive() && !told.isEmpty());
        Thread next = brief.call(Thread::currentThread);

        assertThat(next).isNotSameAs(first);
        Awaitility.await().until(() -> !next.isAlive());
        assertThat(told).hasSize(1);
    }

    /** The kernel kills processes that ask for it when the thread that started them ends. */
    @Test
    void thread_withAProcess_livesUntilThatHasEnded() {
        LaunchingThread brief = new LaunchingThread(Duration.ofMillis(1));
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean endedTooEarly = new AtomicBoolean();
        Thread first = brief.launch(Thread::currentThread);
        brief.whenIdle(() -> endedTooEarly.set(!ended.get()));
        for (int i = 0; i < 20; i++) {
            assertThat(brief.call(Thread::currentThread)).isSameAs(first);
        }

        ended.set(true);
        brief.processEnded();

        Awaitility.await().until(() -> !first.isAlive());
        assertThat(endedTooEarly).isFalse();
    }

    /** Nothing was started that the thread would have to wait for. */
    @Test
    void launch_failed_doesNotKeepTheThread() {
        LaunchingThread brief = new LaunchingThread(Duration.ofMillis(1));
        List<Thread> threads = new CopyOnWriteArrayList<>();

        assertThatThrownBy(() -> brief.launch(() -> {
                    threads.add(Thread.currentThread());
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");

        Awaitility.await().until(() -> !threads.get(0).isAlive());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
