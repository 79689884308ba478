package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
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
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxFlags;

/** A whole run of {@code true}. For ratios see {@link Bench}; this is for comparing two versions of the library. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class RunTrueBenchmark {
    /** The launcher. */
    @Param({Sandboxes.NATIVE, Sandboxes.PROCESS})
    public String launcher;

    private Path directory;
    private Sandbox sandbox;

    /** Stages the root. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("sandbox4j-jmh-");
        BusyboxRoot.stage(directory.resolve("root"), true);
        sandbox = Sandboxes.open(directory, launcher);
    }

    /** Removes the root. */
    @TearDown
    public void close() throws IOException {
        sandbox.close();
        BusyboxRoot.remove(directory);
    }

    /** Runs {@code true} below a read-only root. */
    @Benchmark
    public void runTrue() throws InterruptedException {
        RunTimes.runTrue(sandbox, Set.of(SandboxFlags.ROOT_READ_ONLY));
    }
}
