package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What those who run the server look at. */
final class OperationEndpoints {
    private final Metrics metrics;

    OperationEndpoints(Metrics metrics, Slots slots, EnvironmentStore environments) {
        this.metrics = metrics;
        metrics.gauge("sandbox_slots", slots::count);
        metrics.gauge("sandbox_slots_used", slots::used);
        metrics.gauge("sandbox_queue_length", slots::waiting);
        metrics.gauge("sandbox_environments", environments::count);
        metrics.gauge("sandbox_environments_bytes", environments::used);
    }

    void addTo(Router router, Set<String> extensions) {
        router.add("GET", "/health", exchange -> Answer.json("{\"status\": \"ok\"}".getBytes(StandardCharsets.UTF_8)))
                .add(
                        "GET",
                        "/metrics",
                        exchange -> Answer.of(
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                metrics.text().getBytes(StandardCharsets.UTF_8)));
        extensions.add("health");
        extensions.add("metrics");
    }
}
