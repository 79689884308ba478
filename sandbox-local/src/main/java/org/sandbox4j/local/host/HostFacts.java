package org.sandbox4j.local.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What of this host's kernel a sandbox's own {@code /proc} depends on.
 *
 * @param maskedFiles files of {@code /proc} that this caller can read, and that are covered
 * @param maskedDirectories directories of {@code /proc} that exist here and are covered
 * @param readOnlyEntries entries of {@code /proc} that exist here and are made read-only
 * @param writable whether this caller may change the kernel there
 */
public record HostFacts(
        List<String> maskedFiles, List<String> maskedDirectories, List<String> readOnlyEntries, boolean writable) {
    /**
     * They tell about the host's hardware, kernel and keys, or change them, proc(5). Those that only root may read can be read by
     * a superuser's commands, too: they have no capabilities, but the uid that owns the files.
     */
    private static final List<String> MASKED = List.of(
            "acpi",
            "asound",
            "cmdline",
            "config.gz",
            "diskstats",
            "interrupts",
            "iomem",
            "ioports",
            "kallsyms",
            "kcore",
            "key-users",
            "keys",
            "kmsg",
            "kpagecgroup",
            "kpagecount",
            "kpageflags",
            "latency_stats",
            "modules",
            "pagetypeinfo",
            "partitions",
            "sched_debug",
            "scsi",
            "slabinfo",
            "timer_list",
            "vmallocinfo");

    private static final List<String> READ_ONLY = List.of("bus", "fs", "irq", "sys", "sysrq-trigger");

    /** Looks at the host. */
    public static HostFacts current() {
        Path proc = Path.of("/proc");
        return new HostFacts(
                MASKED.stream()
                        .filter(name -> Files.isReadable(proc.resolve(name)) && !Files.isDirectory(proc.resolve(name)))
                        .toList(),
                MASKED.stream()
                        .filter(name -> Files.isDirectory(proc.resolve(name)))
                        .toList(),
                READ_ONLY.stream()
                        .filter(name -> Files.exists(proc.resolve(name)))
                        .toList(),
                READ_ONLY.stream().anyMatch(name -> Files.isWritable(proc.resolve(name))));
    }
}
