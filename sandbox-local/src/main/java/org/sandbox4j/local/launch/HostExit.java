package org.sandbox4j.local.launch;

import java.time.Duration;
import java.util.Optional;

/**
 * How the launched process itself ended.
 *
 * @param description for messages: "exit code 1", "signal 9"
 * @param user CPU time of the process and all it waited for, where known
 * @param system the same in the kernel
 */
public record HostExit(String description, Optional<Duration> user, Optional<Duration> system) {
    static HostExit of(String description) {
        return new HostExit(description, Optional.empty(), Optional.empty());
    }
}
