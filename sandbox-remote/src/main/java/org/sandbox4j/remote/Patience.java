package org.sandbox4j.remote;

import java.time.Duration;

/**
 * How long a caller waits for a call.
 *
 * @param deadline how long it may take, with all attempts
 * @param isOnce whether there is only one attempt
 */
record Patience(Duration deadline, boolean isOnce) {
    Patience within(Duration newDeadline) {
        return new Patience(SandboxClientBuilder.positive(newDeadline), isOnce);
    }

    Patience once() {
        return new Patience(deadline, true);
    }
}
