package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as Markdown. */
final class Report {
    private static final String BEGIN = "<!-- bin/bench --write: begin -->";
    private static final String END = "<!-- bin/bench --write: end -->";
    private static final double RUN_TARGET = 1.05;
    private static final double WRITABLE_TARGET = 1.6;
    private static final double OUTPUT_TARGET = 0.8;

    private final List<String> lines = new ArrayList<>();

    Report(String host) {
        lines.addAll(List.of("Measured on " + host + ".", ""));
    }

    void runTimes(Map<String, Samples> times) {
        Samples raw = of(times, RunTimes.RAW);
        Samples rawWritable = of(times, RunTimes.RAW_WRITABLE);
        lines.add("**One run of `true`**, milliseconds, " + raw.count() + " rounds");
        lines.addAll(List.of(
                "",
                "| | lower quartile | median | upper quartile | median to (a) | target |",
                "|---|---:|---:|---:|---:|---:|"));
        times.forEach((name, samples) -> {
            double ratio = samples.median() / raw.median();
            String target = "";
            if (name.equals(RunTimes.NATIVE)) {
                target = target("%s at most %.2f", ratio <= RUN_TARGET, RUN_TARGET);
            } else if (name.equals(RunTimes.WRITABLE)) {
                double toWritable = samples.median() / rawWritable.median();
                target = target("%s at most %.2f of (f)", toWritable <= WRITABLE_TARGET, WRITABLE_TARGET)
                        + number(", is %.2f", toWritable);
            }
            lines.add("| " + name + " | " + quartiles("%.2f", samples) + number(" | %.3f", ratio) + " | " + target
                    + " |");
        });
        lines.add("");
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

    private static String outputRow(String name, Map<String, Samples> rates, OutputRate.Memory memory) {
        Samples samples = of(rates, name);
        double ratio = samples.median() / of(rates, OutputRate.RAW).median();
        return "| " + name + " | " + quartiles("%.0f", samples) + number(" | %.2f", ratio)
                + number(" | %.0f", memory.heap()) + number(" | %.0f | ", memory.resident())
                + target("%s at least %.2f", ratio >= OUTPUT_TARGET, OUTPUT_TARGET) + " |";
    }

    private static String quartiles(String format, Samples samples) {
        return number(format, samples.lowerQuartile()) + " | " + number(format, samples.median()) + " | "
                + number(format, samples.upperQuartile());
    }

    private static String target(String format, boolean met, double target) {
        return String.format(Locale.ROOT, format, met ? "met:" : "missed:", target);
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
