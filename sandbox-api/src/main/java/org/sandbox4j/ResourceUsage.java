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
 * @param peakMemory the most memory in bytes, where known: under a limit of memory that a control group enforces, of all
 *     processes together with their files in {@code /tmp} and the page cache; otherwise what was resident of the largest
 *     process
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
