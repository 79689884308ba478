package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A number that occurs nowhere else on this host. Processes that got it as an argument are found again in the host's
 * {@code /proc}, whatever sandbox they are in. It also serves as an argument of {@code sleep}: 28,000 years or more.
 */
public final class Marker {
    private final String text;

    private Marker(String text) {
        this.text = text;
    }

    /**
     * Returns a marker that has not been used before.
     *
     * @return a new marker
     */
    public static Marker fresh() {
        return new Marker("9" + ThreadLocalRandom.current().nextLong(10_000_000_000L, 100_000_000_000L));
    }

    /**
     * Returns a marker that another process has made.
     *
     * @param text its text
     * @return the marker
     */
    public static Marker of(String text) {
        return new Marker(text);
    }

    /**
     * Returns the processes of this host that carry the marker.
     *
     * @return for each the process id and the command line
     */
    public List<String> processes() {
        return HostProcesses.withArgument(text);
    }

    /** Fails unless every process with the marker is gone at this moment. */
    public void assertGone() {
        assertThat(processes())
                .as("processes of the sandbox that are still alive")
                .isEmpty();
    }

    /** Waits, with a deadline, until every process with the marker is gone. */
    public void awaitGone() {
        Await.until(() -> "the end of " + processes(), () -> processes().isEmpty());
    }

    /** Waits, with a deadline, until a process carries the marker. */
    public void awaitRunning() {
        Await.until("a process with the marker " + text, () -> !processes().isEmpty());
    }

    /** Returns the digits. */
    @Override
    public String toString() {
        return text;
    }
}
