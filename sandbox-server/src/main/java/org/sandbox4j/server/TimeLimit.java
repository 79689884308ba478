package org.sandbox4j.server;

import java.time.Duration;
import java.util.Optional;

/**
 * How long one command may take.
 *
 * @param seconds the number, which may be negative or no number
 * @param text the number as clients see it in the message
 */
record TimeLimit(double seconds, String text) {
    /** The smaller of the command's own limit and what is left of the request's; no limit, or 0, means what is left. */
    static TimeLimit of(Optional<Object> own, double left) {
        if (own.isPresent()) {
            double seconds = ConfigCommand.seconds(own.get());
            if (seconds != 0 && !(seconds >= left)) {
                return new TimeLimit(seconds, PythonText.repr(own.get()));
            }
        }
        return new TimeLimit(left, PythonText.number(left));
    }

    boolean isNoNumber() {
        return Double.isNaN(seconds);
    }

    boolean isOver() {
        return seconds <= 0;
    }

    Duration duration() {
        return Duration.ofNanos(Math.max(1, Math.round(seconds * 1e9)));
    }

    String message() {
        return "Command timed out after " + text + " seconds\n";
    }
}
