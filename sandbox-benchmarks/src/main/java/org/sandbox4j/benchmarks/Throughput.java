package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxFlags;

/** How many runs of {@code true} end in a second when several threads run them, next to as many processes of the C program. */
final class Throughput {
    static final String RAW = "C (a)";
    static final String NATIVE = "native launcher";
    static final String PROCESS = "process launcher";
    static final List<Integer> THREADS = List.of(1, 4, 16);

    private final LineServer spawn;
    private final RunTimes subjects;
    private final int runs;

    /**
     * Takes what is to be measured.
     *
     * @param runs how many runs all threads do together for one measurement
     */
    Throughput(LineServer spawn, RunTimes subjects, int runs) {
        this.spawn = spawn;
        this.subjects = subjects;
        this.runs = runs;
    }

    Map<String, Samples> measure(int rounds) throws IOException, InterruptedException {
        Contest contest = new Contest();
        for (int threads : THREADS) {
            int each = Math.max(1, runs / threads);
            contest.add(name(RAW, threads), () -> {
                String order =
                        "many " + threads + " " + each + " " + subjects.raw().directory();
                return perSecond(threads * each, spawn.askNanoseconds(order));
            });
            contest.add(name(NATIVE, threads), () -> inJava(subjects.nativeSandbox(), threads, each));
            contest.add(name(PROCESS, threads), () -> inJava(subjects.processSandbox(), threads, each));
        }
        return contest.hold(rounds);
    }

    static String name(String what, int threads) {
        return what + ", " + threads;
    }

    private static double inJava(Sandbox sandbox, int threads, int each) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(executor.submit(() -> runEach(sandbox, each)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
            return perSecond(threads * each, System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private static void runEach(Sandbox sandbox, int count) {
        try {
            for (int i = 0; i < count; i++) {
                RunTimes.runTrue(sandbox, Set.of(SandboxFlags.ROOT_READ_ONLY));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double perSecond(int count, long nanoseconds) {
        return count * 1e9 / nanoseconds;
    }
}
