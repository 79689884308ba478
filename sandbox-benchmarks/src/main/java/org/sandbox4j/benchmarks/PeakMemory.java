package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a JVM needed.
 *
 * @param heap the most heap that was in use, in MiB: the sum of the pools' peaks, which are at different times, so an upper bound
 * @param resident the most memory that the process had, in MiB
 */
record PeakMemory(double heap, double resident) {
    static PeakMemory ofThisJvm() throws IOException {
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow()
                .replaceAll("[^0-9]", "");
        return new PeakMemory(heap / (double) BusyboxRoot.MEBIBYTE, Long.parseLong(resident) / 1024.0);
    }

    /** Turns it into a line that {@link #fromLine} reads. */
    String toLine() {
        return heap + " " + resident;
    }

    static PeakMemory fromLine(String line) {
        String[] parts = line.split(" ", 2);
        return new PeakMemory(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
    }
}
