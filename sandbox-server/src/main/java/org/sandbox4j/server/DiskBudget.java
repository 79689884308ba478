package org.sandbox4j.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Watches how much a run writes. Looking takes time, so there are pauses between looks that are long against them. Used by
 * one thread.
 */
final class DiskBudget {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final int PAUSES_PER_LOOK = 20;

    private final List<Path> places;
    private final long bytes;
    private Duration pause = SHORTEST_PAUSE;

    DiskBudget(List<Path> places, long bytes) {
        this.places = places;
        this.bytes = bytes;
    }

    /** How long to wait before the next look. */
    Duration pause() {
        return pause;
    }

    boolean isExceeded() {
        long start = System.nanoTime();
        boolean exceeded = DiskUsage.of(places, bytes) > bytes;
        Duration look = Duration.ofNanos(System.nanoTime() - start).multipliedBy(PAUSES_PER_LOOK);
        pause = look.compareTo(SHORTEST_PAUSE) > 0 ? look : SHORTEST_PAUSE;
        return exceeded;
    }
}
