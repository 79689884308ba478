package org.sandbox4j.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a sandbox server is and offers, {@code GET /specifications/}. Immutable.
 *
 * @param host the server's machine
 * @param container what each of its containers may use
 * @param extensions names of what it can do beyond the protocol, such as {@code root}; empty for a plain server
 */
public record Specifications(Host host, Container container, Set<String> extensions) {
    /** Makes specifications. */
    public Specifications {
        extensions = Set.copyOf(extensions);
    }

    /**
     * The server's machine.
     *
     * @param cpu its processors
     * @param memory its memory and disks
     * @param dockerVersion version of the docker client program there
     * @param sandboxVersion version of the server
     */
    public record Host(HostCpu cpu, HostMemory memory, String dockerVersion, String sandboxVersion) {}

    /**
     * Processors of the machine.
     *
     * @param core number of physical cores, if known
     * @param logical number of logical processors, if known
     * @param minimumMegahertz lowest frequency in MHz, 0 if unknown
     * @param maximumMegahertz highest frequency in MHz, 0 if unknown
     */
    public record HostCpu(OptionalInt core, OptionalInt logical, double minimumMegahertz, double maximumMegahertz) {}

    /**
     * Memory and disks of the machine.
     *
     * @param ramBytes size of the main memory, in bytes
     * @param swapBytes size of the swap space, in bytes
     * @param storageBytes size of each mounted device, in bytes
     */
    public record HostMemory(long ramBytes, long swapBytes, Map<String, Long> storageBytes) {
        /** Makes a value. */
        public HostMemory {
            storageBytes = copy(storageBytes);
        }
    }

    /**
     * What each container may use.
     *
     * @param count containers in the pool as configured, which may be more than are alive
     * @param cpu limits of processor time
     * @param memory limits of memory and disk
     * @param io limits of reading and writing
     * @param processes limit of processes; absent if there is none
     * @param workingDirectoryDevice device that the containers' files are on; may be empty
     */
    public record Container(
            int count,
            ContainerCpu cpu,
            ContainerMemory memory,
            DeviceRates io,
            OptionalLong processes,
            String workingDirectoryDevice) {}

    /**
     * Processor time of a container.
     *
     * @param count number of processors
     * @param periodMicros length of a scheduling period in microseconds; absent if not set
     * @param shares relative weight; absent if not set
     * @param quotaMicros time per period in microseconds, 0 for no limit; absent if not set
     */
    public record ContainerCpu(int count, OptionalLong periodMicros, OptionalLong shares, OptionalLong quotaMicros) {}

    /**
     * Memory and disk of a container. Servers may round the configured values.
     *
     * @param ramBytes limit of main memory in bytes; absent if there is none
     * @param swapBytes limit of swap space alone in bytes; absent if there is none
     * @param storageBytes limit of disk space in bytes; absent if there is none
     */
    public record ContainerMemory(OptionalLong ramBytes, OptionalLong swapBytes, OptionalLong storageBytes) {}

    static Map<String, Long> copy(Map<String, Long> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
