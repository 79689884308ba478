package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;

/** Rule 90: one sandbox, many threads. */
interface ConcurrencyRules extends Rules {
    /** Says who it is, from its environment, its work directory, its arguments and its input, to both streams. */
    String SAY = "sleep 0.00$((1 + $ID % 5)); echo $ID $(readlink /proc/self/cwd) $1 $(cat); echo $ID >&2; exit $ID";

    /**
     * Rule 90. Runs at the same time MUST NOT mix environment, work directory, arguments, streams or exit codes. If it
     * fails: is there state of a run in a field of the sandbox?
     */
    @Test
    default void rule90_runsAtOnce_doNotMix() throws Exception {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("ID", "100"));
        sandbox.setWorkDirectory("/work100");
        atOnce(8, thread -> {
            for (int round = 0; round < 8; round++) {
                int id = 10 * thread + round;
                SandboxCommand command = sh(SAY, "argument" + id).toBuilder()
                        .environment(Map.of("ID", Integer.toString(id)))
                        .workDirectory("/work" + id)
                        .stdin(org.sandbox4j.Stdio.bytes(Integer.toString(id).getBytes(StandardCharsets.US_ASCII)))
                        .flags(round % 2 == 0 ? Set.of() : Set.of(SandboxFlags.ROOT_READ_ONLY))
                        .build();
                assertRunning(sandbox, command)
                        .exitedWith(id)
                        .wrote(id + " /work" + id + " argument" + id + " " + id + "\n")
                        .wroteToStderr(id + "\n");
                assertThat(sandbox.run(
                                sh("[ $ID = " + id + " ] && [ $PWD = /work" + id + " ] && exit " + id)
                                        .arguments(),
                                Set.of(),
                                "/work" + id,
                                Map.of("ID", Integer.toString(id))))
                        .isEqualTo(id);
            }
        });
        assertThat(sandbox.run(sh("[ $PWD = /work100 ]; exit $(($ID + $?))").arguments()))
                .isEqualTo(100);
    }

    /**
     * Rule 90. Settings changed while commands run MUST affect later runs only, whole: never one old and one new
     * variable. If it fails: are settings read piece by piece, or after the start?
     */
    @Test
    default void rule90_settingsChangedDuringARun_affectLaterRuns() throws Exception {
        staged().assume(Capability.LIVE_INPUT);
        Sandbox sandbox = staged().directory("/early").open();
        sandbox.setEnvironment(Map.of("A", "early", "B", "early"));
        sandbox.setWorkDirectory("/early");
        SandboxCommand waiting = sh(
                        "read line; echo $A $B $(readlink /proc/self/cwd); [ -e /marked ]; echo $?; > /early/x; echo $?")
                .toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();
        try (SandboxProcess process = sandbox.start(waiting)) {
            sandbox.setEnvironment(Map.of("A", "late", "B", "late"));
            sandbox.setWorkDirectory("/late");
            sandbox.markDirectory("/early");
            process.stdin().write('\n');
            process.stdin().close();
            assertThat(process.stdout().readAllBytes()).asString().isEqualTo("early early /early\n1\n1\n");
        }
        assertRunning(sandbox, sh("echo $A $B $(readlink /proc/self/cwd)"))
                .succeeded()
                .wrote("late late /late\n");
    }

    /**
     * Rule 90. An environment MUST be taken as a whole by each run while another thread sets it again and again. If it
     * fails: is the caller's map kept instead of copied?
     */
    @Test
    default void rule90_settingsChangedAllTheTime_areTakenAsAWhole() throws Exception {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("A", "0", "B", "0"));
        atOnce(3, thread -> {
            for (int round = 0; round < 20; round++) {
                if (thread == 0) {
                    Map<String, String> environment = new HashMap<>(Map.of("A", "" + round, "B", "" + round));
                    sandbox.setEnvironment(environment);
                    environment.put("B", "changed by the caller");
                }
                assertRunning(sandbox, sh("[ \"$A\" = \"$B\" ] || echo $A $B"))
                        .succeeded()
                        .wrote("");
            }
        });
    }

    /**
     * Rule 90. Runs at the same time that write the same tree MUST all take effect. If it fails: does each work on a
     * copy, of which the last one wins?
     */
    @Test
    default void rule90_writersAtOnce_allTakeEffect() throws Exception {
        Sandbox sandbox = staged().open();
        sandbox.markDirectory("/build");
        atOnce(6, thread -> {
            for (int round = 0; round < 6; round++) {
                String name = "t" + thread + "r" + round;
                SandboxFlags[] flags =
                        round % 2 == 0 ? new SandboxFlags[0] : new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY};
                int exit = sandbox.run(
                        sh("echo " + name + " > /build/" + name + " && mkdir -p /build/shared/" + name)
                                .arguments(),
                        flags);
                assertThat(exit).isZero();
            }
        });
        List<String> names =
                IntStream.range(0, 36).mapToObj(i -> "t" + i / 6 + "r" + i % 6).toList();
        assertThat(staged().root("/build/shared").toFile().list()).containsExactlyInAnyOrderElementsOf(names);
        for (String name : names) {
            assertThat(staged().root("/build/" + name)).hasContent(name + "\n");
        }
        assertThat(staged().root("/dev")).doesNotExist();
        assertThat(staged().root("/proc")).doesNotExist();
    }

    /** What one of several threads does. */
    interface Work {
        void of(int thread) throws Exception;
    }

    private static void atOnce(int threads, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Callable<Void> task = () -> {
                    start.await();
                    work.of(thread);
                    return null;
                };
                results.add(executor.submit(task));
            }
            for (Future<?> result : results) {
                Await.result("the end of all threads", result);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
