package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sandbox4j.local.launch.InitPayload;
import org.sandbox4j.local.tree.StagedRoot;
import org.sandbox4j.local.tree.TreeNeeds;
import org.sandbox4j.local.tree.Writing;

/** The parts of a run that need no process: making the root ready, and encoding what the init program reads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class PreparationBenchmark {
    /** Whether {@code /dev}, {@code /proc} and {@code /tmp} are in the root, or are made for each run. */
    @Param({"true", "false"})
    public boolean staged;

    private final InitPayload small = payload(3);
    private final InitPayload large = payload(4000);
    private Path directory;
    private StagedRoot root;
    private TreeNeeds plain;
    private TreeNeeds marked;

    /** Stages the root. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("sandbox4j-jmh-");
        BusyboxRoot.stage(directory.resolve("root"), staged);
        root = StagedRoot.open(new FixedConfig(directory));
        plain = new TreeNeeds(Map.of(), "/", List.of(), false, false, Optional.empty(), Writing.IN_PLACE);
        marked = new TreeNeeds(
                Map.of("/build", false, "/build/out", false, "/install", false),
                "/build",
                List.of(),
                false,
                false,
                Optional.empty(),
                Writing.IN_PLACE);
    }

    /** Removes the root. */
    @TearDown
    public void close() throws IOException {
        root.close();
        BusyboxRoot.remove(directory);
    }

    /** Prepares for a command like {@code true}. */
    @Benchmark
    public void preparePlain() {
        root.prepare(plain, () -> false).close();
    }

    /** Prepares for a build with three marked directories. */
    @Benchmark
    public void prepareMarked() {
        root.prepare(marked, () -> false).close();
    }

    /** Encodes a payload with three variables. */
    @Benchmark
    public byte[] encodeSmall() {
        return small.encode();
    }

    /** Encodes a payload with 4,000 variables. */
    @Benchmark
    public byte[] encodeLarge() {
        return large.encode();
    }

    private static InitPayload payload(int variables) {
        Map<String, String> environment = new TreeMap<>();
        for (int i = 0; i < variables; i++) {
            environment.put("VARIABLE_" + i, "the value of variable " + i);
        }
        return new InitPayload(
                List.of("true"),
                environment,
                "/",
                "/usr/bin:/bin",
                Map.of(),
                List.of(new InitPayload.Identity("/", 1, 2)));
    }
}
