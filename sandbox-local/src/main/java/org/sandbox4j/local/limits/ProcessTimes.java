package org.sandbox4j.local.limits;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * CPU times out of proc(5), for where nothing counts them together. What a process used that nobody waited for is lost with
 * it, so this is no enforcement against who wants to evade it.
 */
final class ProcessTimes {
    /** The unit of times in proc(5): always 100 a second on Linux for x86-64 and aarch64. */
    private static final long NANOSECONDS_PER_TICK = 10_000_000;

    /** From behind the name of the program: utime, stime, cutime and cstime. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    private ProcessTimes() {}

    /** Adds up what the living descendants used, and those that they have waited for. */
    static Duration ofDescendants(long pid) {
        List<ProcessHandle> descendants =
                ProcessHandle.of(pid).map(root -> root.descendants().toList()).orElse(List.of());
        return Duration.ofNanos(descendants.stream()
                .mapToLong(process -> nanoseconds(process.pid()))
                .sum());
    }

    private static long nanoseconds(long pid) {
        try (FileInputStream file = new FileInputStream("/proc/" + pid + "/stat")) {
            return nanoseconds(new String(file.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // It has ended meanwhile.
            return 0;
        }
    }

    static long nanoseconds(String status) {
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * NANOSECONDS_PER_TICK;
    }
}
