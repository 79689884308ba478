package org.sandbox4j;

import java.time.Duration;

/** How a command ended. The only place that tells an exit code of 137 from a death by signal 9. */
public sealed interface Termination {
    /**
     * The command ended by itself.
     *
     * @param code its exit code, 0 to 255
     */
    record Exited(int code) implements Termination {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the code is not between 0 and 255
         */
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("An exit code is between 0 and 255, not " + code + ".");
            }
        }
    }

    /**
     * A signal ended the command.
     *
     * @param signal the signal's number, 1 to 127; Linux has those up to 64, see signal(7)
     */
    record Signalled(int signal) implements Termination {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the signal is not between 1 and 127
         */
        public Signalled {
            if (signal < 1 || signal > 127) {
                throw new IllegalArgumentException("A signal is between 1 and 127, not " + signal + ".");
            }
        }
    }

    /**
     * The command was killed because its time was up.
     *
     * @param limit the time it had been given
     */
    record TimedOut(Duration limit) implements Termination {}

    /**
     * The command was killed, or ended, because it hit a limit.
     *
     * @param which the limit
     */
    record LimitExceeded(ResourceLimits.Resource which) implements Termination {}

    /**
     * Tells whether the command exited with 0.
     *
     * @return true for {@code Exited(0)} only
     */
    default boolean succeeded() {
        return this instanceof Exited exited && exited.code() == 0;
    }

    /**
     * Returns the termination as a shell would: the exit code, or 128 plus the signal. What was killed for a timeout or a
     * limit counts as killed by SIGKILL.
     *
     * @return 0 to 255
     */
    default int exitCode() {
        if (this instanceof Exited exited) {
            return exited.code();
        }
        if (this instanceof Signalled signalled) {
            return 128 + signalled.signal();
        }
        return 128 + 9;
    }
}
