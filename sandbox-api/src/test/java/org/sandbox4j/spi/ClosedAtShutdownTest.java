package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosedAtShutdownTest {
    private final List<String> closed = new ArrayList<>();
    private final List<Thread> registered = new ArrayList<>();
    private final ClosedAtShutdown<String> open =
            new ClosedAtShutdown<>("hook", closed::addAll, new ClosedAtShutdown.Hooks() {
                @Override
                public void add(Thread hook) {
                    registered.add(hook);
                }

                @Override
                public void remove(Thread hook) {
                    assertThat(registered.remove(hook)).isTrue();
                }
            });

    @Test
    void hook_isThereWhileSomethingIsOpen() {
        open.add("first");
        open.add("second");
        open.remove("first");
        assertThat(registered).hasSize(1);
        open.remove("second");
        open.remove("second");
        assertThat(registered).isEmpty();
        open.add("third");
        assertThat(registered).hasSize(1);
    }

    @Test
    void hook_closesWhatIsOpen_alsoWhenThatTellsIt() throws InterruptedException {
        open.add("first");
        open.add("second");
        open.remove("first");
        registered.get(0).start();
        registered.get(0).join();
        assertThat(closed).containsExactly("second");
    }

    @Test
    void hook_withoutClasses_endsSilently() throws InterruptedException {
        ClosedAtShutdown<String> broken = new ClosedAtShutdown<>(
                "hook",
                left -> {
                    throw new NoClassDefFoundError("gone with its loader");
                },
                new ClosedAtShutdown.Hooks() {
                    @Override
                    public void add(Thread hook) {
                        registered.add(hook);
                    }

                    @Override
                    public void remove(Thread hook) {}
                });
        broken.add("one");
        List<Throwable> printed = new ArrayList<>();
        registered.get(0).setUncaughtExceptionHandler((thread, failure) -> printed.add(failure));
        registered.get(0).start();
        registered.get(0).join();
        assertThat(printed).isEmpty();
    }

    @Test
    void hook_whileTheJvmGoesDown_isNobodysError() {
        ClosedAtShutdown<String> late = new ClosedAtShutdown<>("hook", closed::addAll, new ClosedAtShutdown.Hooks() {
            @Override
            public void add(Thread hook) {
                throw new IllegalStateException("Shutdown in progress");
            }

            @Override
            public void remove(Thread hook) {
                throw new IllegalStateException("Shutdown in progress");
            }
        });
        late.add("one");
        late.remove("one");
        assertThat(closed).isEmpty();
    }

    /** Whoever opens while somebody else closes the last one finds a hook afterwards, and one only. */
    @Test
    void addAndRemove_inManyThreads_leaveNoHook() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            String name = "thread " + i;
            threads.execute(() -> {
                for (int round = 0; round < 1000; round++) {
                    open.add(name);
                    open.remove(name);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(registered).isEmpty();
    }
}
