package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.sandbox4j.protocol.Usages;

/**
 * The usages of a while as one. Immutable.
 *
 * @param start where the while begins, a multiple of its length since 1970
 * @param polls how many usages there are
 * @param reached in how many of them the server was reached
 * @param load what they show, if it was reached at all
 */
public record UsageSummary(Instant start, long polls, long reached, Optional<Load> load) {
    /**
     * Loads of several usages.
     *
     * @param cpu used share of the processors, from 0 to 1
     * @param ramBytes main memory in use, in bytes
     * @param swapBytes swap space in use, in bytes
     * @param processes number of processes
     * @param containers number of containers that cannot be had
     * @param sentBytes bytes sent per second
     * @param receivedBytes bytes received per second
     */
    public record Load(
            Spread cpu,
            Spread ramBytes,
            Spread swapBytes,
            Spread processes,
            Spread containers,
            Spread sentBytes,
            Spread receivedBytes) {}

    /**
     * Several values as two.
     *
     * @param mean their arithmetic mean
     * @param max the largest
     */
    public record Spread(double mean, double max) {}

    /**
     * Sums usages up.
     *
     * @param usages usages of one server in any order
     * @param step the length of a while, at least a millisecond
     * @return a summary for each while that has usages, newest first
     */
    public static List<UsageSummary> of(List<Usage> usages, Duration step) {
        long micros = Micros.of(step);
        Map<Long, List<Usage>> whiles = new TreeMap<>(Comparator.reverseOrder());
        for (Usage usage : usages) {
            long number = Math.floorDiv(Micros.of(usage.date()), micros);
            whiles.computeIfAbsent(number, key -> new ArrayList<>()).add(usage);
        }
        List<UsageSummary> summaries = new ArrayList<>();
        whiles.forEach((number, some) -> summaries.add(of(Micros.instant(number * micros), some)));
        return summaries;
    }

    private static UsageSummary of(Instant start, List<Usage> usages) {
        List<Usages> loads =
                usages.stream().flatMap(usage -> usage.load().stream()).toList();
        Optional<Load> load = loads.isEmpty() ? Optional.empty() : Optional.of(load(loads));
        return new UsageSummary(start, usages.size(), loads.size(), load);
    }

    private static Load load(List<Usages> loads) {
        return new Load(
                spread(loads, load -> load.cpu().usage()),
                spread(loads, load -> load.memory().ramBytes()),
                spread(loads, load -> load.memory().swapBytes()),
                spread(loads, Usages::processes),
                spread(loads, Usages::containers),
                spread(loads, load -> load.network().sentBytes()),
                spread(loads, load -> load.network().receivedBytes()));
    }

    private static Spread spread(List<Usages> loads, ToDoubleFunction<Usages> value) {
        DoubleSummaryStatistics statistics = loads.stream().mapToDouble(value).summaryStatistics();
        return new Spread(statistics.getAverage(), statistics.getMax());
    }
}
