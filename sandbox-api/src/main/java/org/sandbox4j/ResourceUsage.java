package org.sandbox4j;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a command and its descendants used.
 *
 * @param wall time from the start of the command until the sandbox was gone
 * @param user CPU time in user mode, where known
 * @param system CPU time in the kernel, where known
 * @param peakMemory resident memory of the largest process in bytes, where known
 */
public record ResourceUsage(
        Duration wall, Optional<Duration> user, Optional<Duration> system, OptionalLong peakMemory) {
    /**
     * Returns a usage of which only the wall time is known.
     *
     * @param wall the wall time
     * @return the usage
     */
    public static ResourceUsage ofWall(Duration wall) {
        return new ResourceUsage(wall, Optional.empty(), Optional.empty(), OptionalLong.empty());
    }
}
