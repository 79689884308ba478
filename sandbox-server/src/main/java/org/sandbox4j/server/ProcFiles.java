package org.sandbox4j.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What the kernel tells of the host. What it does not tell is 0 or missing. */
final class ProcFiles {
    private static final int SECTOR_BYTES = 512;

    private final Path root;

    /** Reads below a directory other than the root, for tests. */
    ProcFiles(Path root) {
        this.root = root;
    }

    /** Fields of a device in a reading of what all of them have done since the start of the host. */
    record DeviceCounters(long reads, long readBytes, long writes, long writtenBytes) {}

    /** What all network interfaces but loopback have carried since the start of the host. */
    record NetworkCounters(long sentBytes, long receivedBytes, long sentPackets, long receivedPackets) {}

    /** Time in ticks. */
    record CpuCounters(long busy, long total) {}

    int logicalProcessors() {
        return (int) lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("processor"))
                .count();
    }

    OptionalInt cores() {
        Set<String> cores = new HashSet<>();
        String physical = "";
        for (String line : lines("proc/cpuinfo")) {
            if (line.startsWith("physical id")) {
                physical = line;
            } else if (line.startsWith("core id")) {
                cores.add(physical + line);
            }
        }
        return cores.isEmpty() ? OptionalInt.empty() : OptionalInt.of(cores.size());
    }

    double megahertz() {
        return lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("cpu MHz"))
                .mapToDouble(
                        line -> number(line.substring(line.indexOf(':') + 1).strip()))
                .average()
                .orElse(0);
    }

    /** One of the limits of the frequency, {@code min} or {@code max}, in MHz. */
    double megahertzLimit(String which) {
        List<String> kilohertz = lines("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_" + which + "_freq");
        return kilohertz.isEmpty() ? 0 : number(kilohertz.get(0)) / 1000;
    }

    /** Sizes in bytes by their names in /proc/meminfo. */
    Map<String, Long> memory() {
        Map<String, Long> memory = new LinkedHashMap<>();
        for (String line : lines("proc/meminfo")) {
            String[] parts = line.split("[: ]+", -1);
            if (parts.length >= 2) {
                memory.put(parts[0], whole(parts[1]) * 1024);
            }
        }
        return memory;
    }

    /** Where each device is mounted, the first place of several. */
    Map<String, Path> mounts() {
        Map<String, Path> mounts = new LinkedHashMap<>();
        for (String line : lines("proc/mounts")) {
            String[] parts = line.split(" ", -1);
            if (parts.length > 1 && parts[0].startsWith("/dev/")) {
                mounts.putIfAbsent(parts[0], Path.of(parts[1].replace("\\040", " ")));
            }
        }
        return mounts;
    }

    List<Double> loadAverages() {
        List<String> lines = lines("proc/loadavg");
        List<Double> averages = new ArrayList<>(List.of(0.0, 0.0, 0.0));
        if (!lines.isEmpty()) {
            String[] parts = lines.get(0).split(" ", -1);
            for (int i = 0; i < 3 && i < parts.length; i++) {
                averages.set(i, number(parts[i]));
            }
        }
        return averages;
    }

    CpuCounters cpu() {
        List<String> lines = lines("proc/stat");
        long total = 0;
        long idle = 0;
        if (!lines.isEmpty()) {
            String[] parts = lines.get(0).split(" +", -1);
            for (int i = 1; i < parts.length && i <= 8; i++) {
                long ticks = whole(parts[i]);
                total += ticks;
                // Idle, and waiting for a disk.
                idle += i == 4 || i == 5 ? ticks : 0;
            }
        }
        return new CpuCounters(total - idle, total);
    }

    /** Counters by device, such as /dev/sda1. */
    Map<String, DeviceCounters> devices() {
        Map<String, DeviceCounters> devices = new LinkedHashMap<>();
        for (String line : lines("proc/diskstats")) {
            String[] parts = line.strip().split(" +", -1);
            if (parts.length >= 10) {
                devices.put(
                        "/dev/" + parts[2],
                        new DeviceCounters(
                                whole(parts[3]),
                                whole(parts[5]) * SECTOR_BYTES,
                                whole(parts[7]),
                                whole(parts[9]) * SECTOR_BYTES));
            }
        }
        return devices;
    }

    NetworkCounters network() {
        long[] sums = new long[4];
        for (String line : lines("proc/net/dev")) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.substring(0, colon).strip().equals("lo")) {
                String[] parts = line.substring(colon + 1).strip().split(" +", -1);
                if (parts.length >= 10) {
                    sums[0] += whole(parts[8]);
                    sums[1] += whole(parts[0]);
                    sums[2] += whole(parts[9]);
                    sums[3] += whole(parts[1]);
                }
            }
        }
        return new NetworkCounters(sums[0], sums[1], sums[2], sums[3]);
    }

    int processes() {
        int count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
            for (Path entry : entries) {
                count += entry.getFileName() == null ? 0 : 1;
            }
        } catch (IOException e) {
            return 0;
        }
        return count;
    }

    private static long whole(String text) {
        return (long) number(text);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
