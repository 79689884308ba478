package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ShutdownTasksTest {
    private final ShutdownTasks tasks = new ShutdownTasks();
    private final List<String> done = new ArrayList<>();

    @Test
    void finish_runsEachTaskOnce_inOrder_butNotThoseThatWereRemoved() {
        Runnable first = () -> done.add("first");
        Runnable removed = () -> done.add("removed");
        tasks.addTask(first);
        tasks.addTask(removed);
        tasks.addTask(() -> done.add("last"));
        tasks.addTask(first);
        tasks.removeTask(removed);
        tasks.finishTasks();
        tasks.finishTasks();
        assertThat(done).containsExactly("first", "last");
    }

    @Test
    void finish_taskThatRemovesItselfOrFails_holdsUpNone() throws InterruptedException {
        Runnable[] own = new Runnable[1];
        own[0] = () -> tasks.removeTask(own[0]);
        tasks.addTask(own[0]);
        tasks.addTask(() -> {
            throw new IllegalStateException("broken");
        });
        tasks.addTask(() -> done.add("last"));
        Thread hook = new Thread(tasks::finishTasks);
        List<String> failures = new ArrayList<>();
        hook.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure.getMessage()));
        hook.start();
        hook.join();
        assertThat(done).containsExactly("last");
        assertThat(failures).containsExactly("broken");
    }

    @Test
    void finish_inTwoThreads_waitsInBothForTheEnd() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        tasks.addTask(() -> {
            running.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            done.add("task");
        });
        Thread first = new Thread(tasks::finishTasks);
        first.start();
        running.await();
        Thread second = new Thread(() -> {
            tasks.finishTasks();
            done.add("second");
        });
        second.start();
        while (second.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        first.join();
        second.join();
        assertThat(done).containsExactly("task", "second");
    }
}
