package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Measures whole runs next to those of a C program and prints the table of {@code docs/performance.md}. */
public final class Bench {
    /** Leaves out what does not depend on privileges. */
    private static final String PARTS_FOR_USERS = "--parts-for-users";

    /** How much is measured. */
    private record Effort(
            int warmUpRounds,
            int runRounds,
            int throughputRuns,
            int throughputRounds,
            int outputMebibytes,
            int outputRounds,
            Trees trees,
            Calls calls,
            Fleets fleets) {
        static final Effort QUICK = new Effort(
                30,
                25,
                32,
                1,
                128,
                1,
                new Trees(500, 50, List.of(1_000, 10_000), 1, 3, 3),
                new Calls(20, 10, 128, 1, 2),
                new Fleets(100, 1, 200_000, 5, 20, 10));
        static final Effort FULL = new Effort(
                500,
                400,
                320,
                5,
                1024,
                7,
                new Trees(5_000, 500, List.of(1_000, 100_000), 9, 50, 50),
                new Calls(300, 200, 1280, 5, 9),
                new Fleets(2_000, 7, Integer.getInteger("sandbox4j.bench.usages", 5_000_000), 50, 1_000, 60));
    }

    /**
     * What is done to trees.
     *
     * @param files how many are written, changed and deleted
     * @param mebibytes the size of the large file
     * @param sizes of trees that are left alone
     */
    record Trees(int files, int mebibytes, List<Integer> sizes, int rounds, int runWarmUp, int runRounds) {}

    /**
     * How often a sandbox server is called.
     *
     * @param together how many calls all clients make together for one measurement
     */
    record Calls(int warmUp, int rounds, int together, int rateRounds, int environmentRounds) {}

    /**
     * What is done to stores of fleets.
     *
     * @param inserts how many usages or requests are written in a round
     * @param usages among how many is read
     * @param calls how often a request is executed
     * @param pollingSeconds how long polling is looked at
     */
    private record Fleets(int inserts, int insertRounds, int usages, int queryRounds, int calls, int pollingSeconds) {}

    private Bench() {}

    /**
     * Measures.
     *
     * @param arguments the C program, then, where they are wanted, {@code --quick} for a short run, {@code --write PAGE}, and
     *     {@code --trees DIRECTORY} for work on trees, which else takes place in the directory for temporary files,
     *     {@code --postgresql URL} for an empty database of the user {@code fleet}, who needs no password, and
     *     {@code --fleets} for the stores of fleets alone
     * @throws IOException if something cannot be started or written
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> options = List.of(arguments);
        Path spawn = Path.of(options.get(0)).toAbsolutePath();
        Optional<Path> page = path(options, "--write");
        Path directory = Files.createTempDirectory("sandbox4j-bench-");
        try {
            Effort effort = options.contains("--quick") ? Effort.QUICK : Effort.FULL;
            Path trees = path(options, "--trees").orElse(directory);
            Report report = new Report(HostDescription.describe());
            boolean asUser = options.contains(PARTS_FOR_USERS);
            if (!options.contains("--fleets")) {
                measure(directory, trees, spawn, effort, asUser, report);
            }
            if (!asUser) {
                fleets(directory, text(options, "--postgresql"), effort.fleets, report);
            }
            System.out.print(report);
            if (page.isPresent()) {
                report.writeInto(page.get());
            }
        } finally {
            BusyboxRoot.remove(directory);
        }
    }

    private static Optional<Path> path(List<String> options, String name) {
        return text(options, name).map(Path::of);
    }

    private static Optional<String> text(List<String> options, String name) {
        int index = options.indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(options.get(index + 1));
    }

    private static void measure(
            Path directory, Path treeDirectory, Path spawnProgram, Effort effort, boolean asUser, Report report)
            throws IOException, InterruptedException {
        try (LineServer spawn = LineServer.start(List.of(spawnProgram.toString(), "serve"));
                RunTimes runTimes = new RunTimes(directory, spawnProgram, spawn)) {
            progress("single runs");
            report.runTimes(runTimes.measure(effort.warmUpRounds, effort.runRounds));
            if (!asUser) {
                progress("throughput");
                report.throughput(
                        new Throughput(spawn, runTimes, effort.throughputRuns).measure(effort.throughputRounds));
                output(directory, spawn, effort, report);
                settings(directory, effort, report);
                server(directory, effort.calls, effort.outputMebibytes, report);
            }
            trees(treeDirectory, spawnProgram, spawn, effort.trees, report);
        }
        if (!asUser) {
            progress("as an ordinary user");
            List<String> options =
                    effort.equals(Effort.QUICK) ? List.of(PARTS_FOR_USERS, "--quick") : List.of(PARTS_FOR_USERS);
            OrdinaryUser.measure(directory, treeDirectory, spawnProgram, options)
                    .ifPresent(report::add);
        }
    }

    private static void output(Path directory, LineServer spawn, Effort effort, Report report)
            throws IOException, InterruptedException {
        progress("output");
        report.output(
                new OutputRate(spawn, directory.resolve("output"), effort.outputMebibytes).measure(effort.outputRounds),
                effort.outputMebibytes);
    }

    private static void settings(Path directory, Effort effort, Report report)
            throws IOException, InterruptedException {
        progress("settings");
        try (SettingCosts costs = new SettingCosts(directory)) {
            report.settings(costs.measure(effort.warmUpRounds / 4, effort.runRounds / 4), costs.unenforced());
        }
    }

    private static void server(Path directory, Calls calls, int outputMebibytes, Report report)
            throws IOException, InterruptedException {
        progress("a sandbox server");
        try (ServerTimes times = new ServerTimes(directory)) {
            report.serverCalls(times.measureCalls(calls.warmUp(), calls.rounds()));
            report.serverRates(times.measureRates(calls.together(), calls.rateRounds()), times.serverMemory());
            report.serverEnvironments(times.measureEnvironments(calls.environmentRounds()));
        }
        progress("sandboxes on a server");
        try (RemoteTimes times = new RemoteTimes(directory)) {
            report.remoteRuns(times.measureRuns(calls.warmUp(), calls.rounds()));
            report.remoteTrees(times.measureTrees(calls.environmentRounds()));
            report.remoteOutput(times.measureOutput(outputMebibytes, calls.rateRounds()), outputMebibytes);
        }
    }

    private static void trees(Path directory, Path spawnProgram, LineServer spawn, Trees trees, Report report)
            throws IOException, InterruptedException {
        progress("work in protected trees");
        try (TreeTimes times = new TreeTimes(directory, spawnProgram, spawn, trees.files(), trees.mebibytes())) {
            report.trees(
                    times.measure(trees.rounds()),
                    trees,
                    Files.getFileStore(directory).type());
        }
        progress("trees of several sizes");
        try (UnchangedTrees unchanged = new UnchangedTrees(directory, trees.sizes())) {
            report.unchangedTrees(unchanged.measure(trees.runWarmUp(), trees.runRounds()), unchanged.sizes());
        }
    }

    private static void fleets(Path directory, Optional<String> postgresql, Fleets fleets, Report report)
            throws IOException, InterruptedException {
        progress("a fleet of servers");
        try (FleetTimes times = new FleetTimes(directory)) {
            report.fleetCalls(times.measureCalls(fleets.calls(), fleets.calls()));
            report.polling(times.measurePolling(fleets.pollingSeconds() / 2, fleets.pollingSeconds()));
        }
        progress("stores of fleets");
        try (FleetStores stores = new FleetStores(directory, postgresql, fleets.usages)) {
            report.fleets(
                    stores, stores.inserts(fleets.inserts, fleets.insertRounds), stores.queries(fleets.queryRounds));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void progress(String what) {
        System.err.println("bench: " + what);
    }
}
