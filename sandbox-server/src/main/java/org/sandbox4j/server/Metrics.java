package org.sandbox4j.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.LongSupplier;

/** Counts what the server does, and writes that in the text format of Prometheus. Thread-safe. */
final class Metrics {
    private final Map<String, AtomicLong> answers = new TreeMap<>();
    private final Map<String, LongSupplier> gauges = new TreeMap<>();
    private final AtomicLong runs = new AtomicLong();
    private final DoubleAdder runSeconds = new DoubleAdder();

    void answered(String method, int status) {
        String known = method.matches("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS") ? method : "other";
        String labels = "{method=\"" + known + "\",status=\"" + status + "\"}";
        synchronized (answers) {
            answers.computeIfAbsent(labels, key -> new AtomicLong()).incrementAndGet();
        }
    }

    void ran(long nanos) {
        runs.incrementAndGet();
        runSeconds.add(nanos / 1e9);
    }

    /** Adds a value that is looked up when the metrics are read. */
    void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("# TYPE sandbox_http_answers_total counter\n");
        synchronized (answers) {
            answers.forEach((labels, count) -> text.append("sandbox_http_answers_total")
                    .append(labels)
                    .append(' ')
                    .append(count)
                    .append('\n'));
        }
        text.append("# TYPE sandbox_run_seconds summary\n");
        text.append("sandbox_run_seconds_count ").append(runs).append('\n');
        text.append("sandbox_run_seconds_sum ").append(runSeconds.sum()).append('\n');
        gauges.forEach((name, value) -> text.append("# TYPE ")
                .append(name)
                .append(" gauge\n")
                .append(name)
                .append(' ')
                .append(value.getAsLong())
                .append('\n'));
        return text.toString();
    }
}
