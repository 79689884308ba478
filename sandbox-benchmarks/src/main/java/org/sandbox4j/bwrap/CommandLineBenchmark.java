package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/** Making bubblewrap's options. In its package, since it is nobody else's business. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CommandLineBenchmark {
    private final SandboxPlan plan = new SandboxPlan(
            Path.of("/srv/sandbox/root"),
            false,
            List.of(
                    new Mount.Devices("/dev", true),
                    new Mount.Processes("/proc"),
                    new Mount.Memory("/tmp", 01777),
                    new Mount.Bind(Path.of("/srv/sandbox/root/build"), "/build", true, false)),
            false,
            0,
            0,
            "sandbox");
    private final BwrapInstallation installation = new BwrapInstallation(
            Path.of("/usr/bin/bwrap"),
            new BwrapFeatures("0.8.0", Set.of("--perms", "--disable-userns")),
            HostFacts.current());

    /** Makes the options of a build with one marked directory. */
    @Benchmark
    public Object options() {
        return BwrapCommandLine.of(plan, installation, false, true);
    }
}
