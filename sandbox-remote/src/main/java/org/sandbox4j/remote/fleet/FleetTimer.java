package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;

/** The time, and what is to be done later. Tasks must not block. */
interface FleetTimer extends AutoCloseable {
    /** The current time, in whole microseconds. */
    Instant now();

    /** Runs a task once; the result cancels it. */
    Runnable after(Duration wait, Runnable task);

    @Override
    void close();
}
