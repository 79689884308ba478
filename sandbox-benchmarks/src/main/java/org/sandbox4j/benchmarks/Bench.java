package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Measures whole runs next to those of a C program and prints the table of {@code docs/performance.md}. */
public final class Bench {
    /** How much is measured. */
    private enum Effort {
        QUICK(30, 25, 32, 1, 128, 1),
        FULL(500, 400, 320, 5, 1024, 7);

        private final int warmUpRounds;
        private final int runRounds;
        private final int throughputRuns;
        private final int throughputRounds;
        private final int outputMebibytes;
        private final int outputRounds;

        Effort(
                int warmUpRounds,
                int runRounds,
                int throughputRuns,
                int throughputRounds,
                int outputMebibytes,
                int outputRounds) {
            this.warmUpRounds = warmUpRounds;
            this.runRounds = runRounds;
            this.throughputRuns = throughputRuns;
            this.throughputRounds = throughputRounds;
            this.outputMebibytes = outputMebibytes;
            this.outputRounds = outputRounds;
        }
    }

    private Bench() {}

    /**
     * Measures.
     *
     * @param arguments the C program, then {@code --quick} for a short run and {@code --write PAGE}, where they are wanted
     * @throws IOException if something cannot be started or written
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> options = List.of(arguments);
        Path spawn = Path.of(options.get(0)).toAbsolutePath();
        int write = options.indexOf("--write");
        Optional<Path> page = write < 0 ? Optional.empty() : Optional.of(Path.of(options.get(write + 1)));
        Path directory = Files.createTempDirectory("sandbox4j-bench-");
        try {
            Report report = measure(directory, spawn, options.contains("--quick") ? Effort.QUICK : Effort.FULL);
            System.out.print(report);
            if (page.isPresent()) {
                report.writeInto(page.get());
            }
        } finally {
            BusyboxRoot.remove(directory);
        }
    }

    private static Report measure(Path directory, Path spawnProgram, Effort effort)
            throws IOException, InterruptedException {
        Report report = new Report(HostDescription.describe());
        try (LineServer spawn = LineServer.start(List.of(spawnProgram.toString(), "serve"));
                RunTimes runTimes = new RunTimes(directory, spawnProgram, spawn)) {
            progress("single runs");
            report.runTimes(runTimes.measure(effort.warmUpRounds, effort.runRounds));
            progress("throughput");
            report.throughput(new Throughput(spawn, runTimes, effort.throughputRuns).measure(effort.throughputRounds));
            progress("output");
            report.output(
                    new OutputRate(spawn, directory.resolve("output"), effort.outputMebibytes)
                            .measure(effort.outputRounds),
                    effort.outputMebibytes);
        }
        return report;
    }

    private static void progress(String what) {
        System.err.println("bench: " + what);
    }
}
