package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sandbox4j.ResourceLimits;

/** The results as Markdown. */
final class Report {
    private static final String BEGIN = "<!-- bin/bench --write: begin -->";
    private static final String END = "<!-- bin/bench --write: end -->";
    private static final double RUN_TARGET = 1.05;
    private static final double CHROOT_TARGET = 1.25;
    private static final double WRITABLE_TARGET = 1.6;
    private static final double OUTPUT_TARGET = 0.8;
    private static final double TREE_TARGET = 1.1;
    private static final double SERVER_TARGET = 2;
    private static final double FLEET_TARGET = 0.5;
    private static final double NEWEST_TARGET = 10;

    private final List<String> lines = new ArrayList<>();

    Report(String host) {
        lines.addAll(List.of("Measured on " + host + ".", ""));
    }

    /** Adds another report. */
    void add(String report) {
        lines.add(report);
    }

    void runTimes(Map<String, Samples> times) {
        Samples raw = of(times, RunTimes.RAW);
        lines.add("**One run of `true`**, milliseconds, " + raw.count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to (a) | target |",
                "|---|---:|---:|---:|---:|---:|"));
        times.forEach((name, samples) -> lines.add("| " + name + " | " + quartiles("%.2f", samples)
                + number(" | %.3f", samples.median() / raw.median()) + " | " + runTarget(times, name) + " |"));
        lines.add("");
    }

    private static String runTarget(Map<String, Samples> times, String name) {
        return switch (name) {
            case RunTimes.NATIVE -> target(ratio(times, name, RunTimes.RAW), RUN_TARGET, "");
            case RunTimes.WRITABLE -> target(ratio(times, name, RunTimes.RAW_WRITABLE), WRITABLE_TARGET, " of (f)");
            case RunTimes.ARTIFACT_MARK -> target(ratio(times, name, RunTimes.RAW_MARK), WRITABLE_TARGET, " of (h)");
            case RunTimes.CHROOT ->
                target(ratio(times, name, RunTimes.MOUNTED_CHROOT), CHROOT_TARGET, " of (u)")
                        + "; "
                        + target(ratio(times, name, RunTimes.NATIVE), 1, " of (c)");
            default -> "";
        };
    }

    void trees(TreeTimes.Result result, Bench.Trees trees, String fileSystem) {
        Map<String, Samples> times = result.whole();
        lines.add("**Work in a writable root** on %s, milliseconds, %d rounds, %,d small files, or one of %d MiB"
                .formatted(fileSystem, of(times, TreeTimes.ROUND_TRIP).count(), trees.files(), trees.mebibytes()));
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to plain bind | inside of the command alone | target |",
                "|---|---:|---:|---:|---:|---:|---:|"));
        treeRows(times, result.inside(), TreeTimes.RAW_ROUND_TRIP, TreeTimes.ROUND_TRIP, true);
        treeRows(times, result.inside(), TreeTimes.RAW_STEPS, TreeTimes.STEPS, false);
        treeRows(times, result.inside(), TreeTimes.RAW_WRITE, TreeTimes.WRITE, true);
        treeRows(times, result.inside(), TreeTimes.RAW_CHANGE, TreeTimes.CHANGE, false);
        treeRows(times, result.inside(), TreeTimes.RAW_ADD, TreeTimes.ADD, false);
        lines.add("");
        lines.addAll(List.of(
                "**Merging** what the commands of (m), (q) and (s) did",
                "",
                "| %,d | lower quartile, ms | median, ms | upper quartile, ms | microseconds each |"
                        .formatted(trees.files()),
                "|---|---:|---:|---:|---:|"));
        for (String what : TreeTimes.MERGES) {
            Samples samples = of(result.merges(), what);
            lines.add("| " + what + " | " + quartiles("%.1f", samples)
                    + number(" | %.1f |", samples.median() * 1000 / trees.files()));
        }
        lines.add("");
    }

    private void treeRows(
            Map<String, Samples> times, Map<String, Samples> inside, String raw, String name, boolean hasTarget) {
        double ratio = ratio(times, name, raw);
        lines.add("| " + raw + " | " + quartiles("%.1f", of(times, raw)) + " | 1.00 | | |");
        lines.add("| " + name + " | " + quartiles("%.1f", of(times, name)) + number(" | %.2f", ratio)
                + number(" | %.1f | ", of(inside, name).median())
                + (hasTarget ? target(ratio, TREE_TARGET, "") : "") + " |");
    }

    void unchangedTrees(Map<String, Samples> times, List<Integer> sizes) {
        String first = UnchangedTrees.name(UnchangedTrees.NOTHING, sizes.get(0));
        lines.add("**Protected roots that are left alone**, milliseconds, "
                + of(times, first).count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to the small tree |",
                "|---|---:|---:|---:|---:|"));
        for (String what : List.of(UnchangedTrees.NOTHING, UnchangedTrees.ONE_FILE, UnchangedTrees.SURVEY)) {
            String small = UnchangedTrees.name(what, sizes.get(0));
            sizes.forEach(entries -> lines.add(comparison(times, UnchangedTrees.name(what, entries), small)));
        }
        lines.add("");
    }

    void settings(Map<String, Samples> times, Set<ResourceLimits.Resource> unenforced) {
        lines.add("**The filter of system calls and limits**, milliseconds"
                + (unenforced.isEmpty() ? "" : "; not enforced in full here: " + unenforced));
        lines.addAll(List.of(
                "", "| | lower quartile | median | upper quartile | median to neither |", "|---|---:|---:|---:|---:|"));
        for (String command : SettingCosts.COMMANDS) {
            times.keySet().stream()
                    .filter(name -> name.startsWith(command))
                    .forEach(name -> lines.add(comparison(times, name, SettingCosts.name(command, SettingCosts.OFF))));
        }
        lines.add("");
    }

    private static String comparison(Map<String, Samples> times, String name, String other) {
        return "| " + name + " | " + quartiles("%.2f", of(times, name))
                + number(" | %.2f |", ratio(times, name, other));
    }

    void throughput(Map<String, Samples> rates) {
        int rounds = of(rates, Throughput.name(Throughput.RAW, 1)).count();
        lines.add("**Runs of `true` per second** by threads, or processes of the C program; median (quartiles) of "
                + rounds + " rounds");
        StringBuilder head = new StringBuilder("| |");
        StringBuilder rule = new StringBuilder("|---|");
        for (int threads : Throughput.THREADS) {
            head.append(' ').append(threads).append(" |");
            rule.append("---:|");
        }
        lines.addAll(List.of("", head + " 16 to 1 |", rule + "---:|"));
        for (String what : List.of(Throughput.RAW, Throughput.NATIVE, Throughput.PROCESS)) {
            StringBuilder row = new StringBuilder("| " + what + " |");
            for (int threads : Throughput.THREADS) {
                Samples samples = of(rates, Throughput.name(what, threads));
                row.append(number(" %.0f", samples.median()))
                        .append(number(" (%.0f to", samples.lowerQuartile()))
                        .append(number(" %.0f) |", samples.upperQuartile()));
            }
            lines.add(row
                    + number(
                            " %.2f |",
                            of(rates, Throughput.name(what, 16)).median()
                                    / of(rates, Throughput.name(what, 1)).median()));
        }
        lines.addAll(List.of("", "Target: 16 threads scale with the cores, as the processes of the C program do.", ""));
    }

    void output(OutputRate.Result result, int mebibytes) {
        Samples raw = of(result.rates(), OutputRate.RAW);
        lines.add("**" + mebibytes + " MiB of output**, MiB/s, " + raw.count() + " rounds, JVMs with `-Xmx96m`");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to plain pipe | peak heap, MiB | peak memory, MiB | target |",
                "|---|---:|---:|---:|---:|---:|---:|---:|"));
        lines.add("| " + OutputRate.RAW + " | " + quartiles("%.0f", raw) + " | 1.00 | | | |");
        lines.add(outputRow(OutputRate.NATIVE, result.rates(), result.nativeMemory()));
        lines.add(outputRow(OutputRate.PROCESS, result.rates(), result.processMemory()));
        lines.add("");
    }

    void serverCalls(Map<String, Samples> times) {
        lines.add("**A sandbox server**, milliseconds, "
                + of(times, ServerTimes.EXECUTE).count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to (A) | target |",
                "|---|---:|---:|---:|---:|---:|"));
        double ratio = ratio(times, ServerTimes.EXECUTE, ServerTimes.LOCAL);
        lines.add("| " + ServerTimes.LOCAL + " | " + quartiles("%.2f", of(times, ServerTimes.LOCAL)) + " | 1.00 | |");
        lines.add("| " + ServerTimes.EXECUTE + " | " + quartiles("%.2f", of(times, ServerTimes.EXECUTE))
                + number(" | %.2f", ratio) + " | " + target(ratio, SERVER_TARGET, "") + " |");
        lines.add("");
    }

    void serverRates(Map<String, Samples> rates, PeakMemory memory) {
        lines.add("**`execute` of `true` per second**, "
                + of(rates, Integer.toString(ServerTimes.CLIENTS.get(0))).count() + " rounds");
        lines.addAll(List.of("", "| clients | lower quartile | median | upper quartile |", "|---:|---:|---:|---:|"));
        rates.forEach((clients, samples) -> lines.add("| " + clients + " | " + quartiles("%.0f", samples) + " |"));
        lines.addAll(List.of(
                "",
                number(
                                "Target: 100 per second. The server, with `-Xmx256m`, needed at most %.0f MiB",
                                memory.resident())
                        + number(" of memory, %.0f MiB of it heap.", memory.heap()),
                ""));
    }

    void serverEnvironments(Map<String, Samples> times) {
        lines.add("**An environment of 20 MB**, milliseconds, "
                + of(times, ServerTimes.UPLOAD).count() + " rounds");
        lines.addAll(List.of("", "| | lower quartile | median | upper quartile |", "|---|---:|---:|---:|"));
        ServerTimes.ENVIRONMENTS.forEach(
                name -> lines.add("| " + name + " | " + quartiles("%.1f", of(times, name)) + " |"));
        lines.add("");
    }

    void remoteRuns(Map<String, Samples> times) {
        lines.add("**A sandbox on a server**, milliseconds, "
                + of(times, RemoteTimes.REMOTE).count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to local | target |",
                "|---|---:|---:|---:|---:|---|"));
        remoteRow(times, RemoteTimes.LOCAL, RemoteTimes.REMOTE, true);
        remoteRow(times, RemoteTimes.LOCAL_WRITABLE, RemoteTimes.REMOTE_WRITABLE, false);
        lines.add("");
    }

    private void remoteRow(Map<String, Samples> times, String local, String remote, boolean hasTarget) {
        double ratio = ratio(times, remote, local);
        lines.add("| " + local + " | " + quartiles("%.2f", of(times, local)) + " | 1.00 | |");
        lines.add("| " + remote + " | " + quartiles("%.2f", of(times, remote)) + number(" | %.2f | ", ratio)
                + (hasTarget ? target(ratio, SERVER_TARGET, "") : "") + " |");
    }

    void remoteTrees(Map<String, Samples> times) {
        lines.add("**A tree of 20 MB on a server**, milliseconds, "
                + of(times, RemoteTimes.FIRST).count() + " rounds");
        lines.addAll(List.of("", "| | lower quartile | median | upper quartile |", "|---|---:|---:|---:|"));
        RemoteTimes.TREES.forEach(name -> lines.add("| " + name + " | " + quartiles("%.1f", of(times, name)) + " |"));
        lines.add("");
    }

    void remoteOutput(Samples rates, int mebibytes) {
        lines.add("**" + mebibytes + " MiB of output from a server**: "
                + number("%.0f MiB per second", rates.median())
                + number(" (quartiles %.0f", rates.lowerQuartile())
                + number(" and %.0f).", rates.upperQuartile()));
        lines.add("");
    }

    void fleetCalls(Map<String, Samples> times) {
        double direct = of(times, FleetTimes.DIRECT).median();
        lines.add("**A request to servers that answer at once**, milliseconds, "
                + of(times, FleetTimes.DIRECT).count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median over the client's | target |",
                "|---|---:|---:|---:|---:|---|"));
        times.forEach((name, samples) -> lines.add("| " + name + " | " + quartiles("%.2f", samples)
                + number(" | %.2f", samples.median() - direct) + " | "
                + (name.equals(FleetTimes.IN_MEMORY) ? target(samples.median() - direct, FLEET_TARGET, " ms") : "")
                + " |"));
        lines.add("");
    }

    void polling(FleetTimes.Polling polling) {
        lines.add(number(
                        "**Polling 2,000 servers**, each every 15 seconds: %.0f usages per second took",
                        polling.pollsPerSecond())
                + number(" %.1f %% of one processor,", polling.share() * 100)
                + " " + polling.threads() + " threads,"
                + number(" %.0f MiB of memory,", polling.memory().resident())
                + number(
                        " %.0f MiB of it heap, in a JVM with `-Xmx256m`.",
                        polling.memory().heap()));
        lines.add("");
    }

    void fleets(FleetStores stores, Map<String, Samples> inserts, Map<String, Samples> queries) {
        lines.add("**Writing into stores of fleets**, transactions per second, "
                + inserts.values().iterator().next().count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to plain JDBC |",
                "|---|---:|---:|---:|---:|"));
        for (String where : stores.names()) {
            String plain = FleetStores.insert(FleetStores.PLAIN, where, 1);
            inserts.keySet().stream()
                    .filter(name -> name.contains(", " + where + ", "))
                    .forEach(name -> lines.add("| " + name + " | " + quartiles("%.0f", of(inserts, name))
                            + number(" | %.2f |", ratio(inserts, name, plain))));
        }
        inserts.keySet().stream()
                .filter(name -> name.contains(", memory, "))
                .forEach(name -> lines.add("| " + name + " | " + quartiles("%.0f", of(inserts, name)) + " | |"));
        lines.addAll(List.of(
                "",
                "**Reading among %,d usages**, milliseconds, %d rounds"
                        .formatted(
                                stores.rows(),
                                queries.values().iterator().next().count()),
                "",
                "| | lower quartile | median | upper quartile | target |",
                "|---|---:|---:|---:|---|"));
        queries.forEach((name, samples) -> lines.add("| " + name + " | " + quartiles("%.2f", samples) + " | "
                + (name.startsWith(FleetStores.NEWEST) ? target(samples.median(), NEWEST_TARGET, " ms") : "")
                + " |"));
        lines.add("");
    }

    /** Replaces what is between the markers of a page. */
    void writeInto(Path page) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("'" + page + "' lacks the lines '" + BEGIN + "' and '" + END + "'.");
        }
        Files.writeString(page, text.substring(0, begin + BEGIN.length()) + "\n" + this + text.substring(end));
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }

    private static String outputRow(String name, Map<String, Samples> rates, PeakMemory memory) {
        Samples samples = of(rates, name);
        double ratio = samples.median() / of(rates, OutputRate.RAW).median();
        return "| " + name + " | " + quartiles("%.0f", samples) + number(" | %.2f", ratio)
                + number(" | %.0f", memory.heap()) + number(" | %.0f | ", memory.resident())
                + (ratio >= OUTPUT_TARGET ? "met: at least" : "missed: at least") + number(" %.2f |", OUTPUT_TARGET);
    }

    private static String quartiles(String format, Samples samples) {
        return number(format, samples.lowerQuartile()) + " | " + number(format, samples.median()) + " | "
                + number(format, samples.upperQuartile());
    }

    private static String target(double ratio, double most, String peer) {
        return (ratio <= most ? "met: at most" : "missed: at most")
                + number(" %.2f", most)
                + peer
                + (peer.isEmpty() ? "" : number(", is %.2f", ratio));
    }

    private static double ratio(Map<String, Samples> results, String name, String other) {
        return of(results, name).median() / of(results, other).median();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static Samples of(Map<String, Samples> results, String name) {
        Samples samples = results.get(name);
        if (samples == null) {
            throw new IllegalArgumentException(name);
        }
        return samples;
    }
}
