package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.Usages;

/** What {@code /specifications/} and {@code /usages/} tell. Thread-safe. */
final class HostInformation {
    private static final DeviceRates NO_LIMITS = new DeviceRates(Map.of(), Map.of(), Map.of(), Map.of());

    private final Settings settings;
    private final Set<String> extensions;
    private final ProcFiles files;
    private final Slots slots;
    // Guarded by this.
    private Reading before;
    private Reading last;

    /** A reading of the counters. */
    private record Reading(
            long nanos,
            ProcFiles.CpuCounters cpu,
            Map<String, ProcFiles.DeviceCounters> devices,
            ProcFiles.NetworkCounters network) {}

    HostInformation(Settings settings, Set<String> extensions, ProcFiles files, Slots slots) {
        this.settings = settings;
        this.extensions = extensions;
        this.files = files;
        this.slots = slots;
        before = read();
        last = before;
    }

    /** Reads the counters again; rates are those between the last two readings. To be called every two seconds. */
    void readAgain() {
        Reading reading = read();
        synchronized (this) {
            before = last;
            last = reading;
        }
    }

    private Reading read() {
        return new Reading(System.nanoTime(), files.cpu(), files.devices(), files.network());
    }

    Specifications specifications() {
        Map<String, Long> memory = files.memory();
        RunLimits limits = settings.limits();
        return new Specifications(
                new Specifications.Host(
                        new Specifications.HostCpu(
                                files.cores(),
                                OptionalInt.of(files.logicalProcessors()),
                                files.megahertzLimit("min"),
                                files.megahertzLimit("max")),
                        new Specifications.HostMemory(
                                memory.getOrDefault("MemTotal", 0L),
                                memory.getOrDefault("SwapTotal", 0L),
                                storage(FileStore::getTotalSpace)),
                        "none",
                        "sandbox4j " + version()),
                new Specifications.Container(
                        settings.workers(),
                        new Specifications.ContainerCpu(
                                Math.max(1, files.logicalProcessors()),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty()),
                        new Specifications.ContainerMemory(
                                OptionalLong.of(limits.memoryBytes()),
                                OptionalLong.of(0),
                                OptionalLong.of(limits.diskBytes())),
                        NO_LIMITS,
                        OptionalLong.of(limits.processes()),
                        workingDevice()),
                extensions);
    }

    private static String version() {
        return Optional.ofNullable(HostInformation.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private String workingDevice() {
        try {
            String name = Files.getFileStore(settings.dataDirectory()).name();
            return name.startsWith("/dev/") ? name : "";
        } catch (IOException e) {
            return "";
        }
    }

    Usages usages() {
        Reading from;
        Reading to;
        synchronized (this) {
            from = before;
            to = last;
        }
        double seconds = Math.max(1e-9, (to.nanos - from.nanos) / 1e9);
        int logical = Math.max(1, files.logicalProcessors());
        List<Double> averages =
                files.loadAverages().stream().map(load -> load / logical).toList();
        Map<String, Long> memory = files.memory();
        return new Usages(
                new Usages.Cpu(files.megahertz(), share(from.cpu, to.cpu), averages),
                new Usages.Memory(
                        memory.getOrDefault("MemTotal", 0L) - memory.getOrDefault("MemAvailable", 0L),
                        memory.getOrDefault("SwapTotal", 0L) - memory.getOrDefault("SwapFree", 0L),
                        storage(store -> store.getTotalSpace() - store.getUnallocatedSpace())),
                rates(from, to, seconds),
                new Usages.Network(
                        rate(from.network.sentBytes(), to.network.sentBytes(), seconds),
                        rate(from.network.receivedBytes(), to.network.receivedBytes(), seconds),
                        rate(from.network.sentPackets(), to.network.sentPackets(), seconds),
                        rate(from.network.receivedPackets(), to.network.receivedPackets(), seconds)),
                files.processes(),
                slots.used());
    }

    private static double share(ProcFiles.CpuCounters from, ProcFiles.CpuCounters to) {
        long total = to.total() - from.total();
        return total <= 0 ? 0 : Math.round(1000.0 * (to.busy() - from.busy()) / total) / 1000.0;
    }

    private DeviceRates rates(Reading from, Reading to, double seconds) {
        Map<String, Long> reads = new LinkedHashMap<>();
        Map<String, Long> readBytes = new LinkedHashMap<>();
        Map<String, Long> writes = new LinkedHashMap<>();
        Map<String, Long> writtenBytes = new LinkedHashMap<>();
        for (String device : files.mounts().keySet()) {
            ProcFiles.DeviceCounters start = from.devices.get(device);
            ProcFiles.DeviceCounters end = to.devices.get(device);
            if (start != null && end != null) {
                reads.put(device, rate(start.reads(), end.reads(), seconds));
                readBytes.put(device, rate(start.readBytes(), end.readBytes(), seconds));
                writes.put(device, rate(start.writes(), end.writes(), seconds));
                writtenBytes.put(device, rate(start.writtenBytes(), end.writtenBytes(), seconds));
            }
        }
        return new DeviceRates(reads, readBytes, writes, writtenBytes);
    }

    private static long rate(long from, long to, double seconds) {
        return Math.max(0, Math.round((to - from) / seconds));
    }

    private interface Space {
        long of(FileStore store) throws IOException;
    }

    private Map<String, Long> storage(Space space) {
        Map<String, Long> storage = new LinkedHashMap<>();
        for (Map.Entry<String, Path> mount : files.mounts().entrySet()) {
            try {
                storage.put(mount.getKey(), space.of(Files.getFileStore(mount.getValue())));
            } catch (IOException e) {
                // A place that this user may not look at is not told of.
            }
        }
        return storage;
    }
}
