package org.sandbox4j.local.launch;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the launched process itself ended.
 *
 * @param description for messages: "exit code 1", "signal 9"
 * @param user CPU time of the process and all it waited for, where known
 * @param system the same in the kernel
 * @param peakMemory resident memory of the largest of them in bytes, where known
 */
public record HostExit(
        String description, Optional<Duration> user, Optional<Duration> system, OptionalLong peakMemory) {
    static HostExit of(String description) {
        return new HostExit(description, Optional.empty(), Optional.empty(), OptionalLong.empty());
    }
}
