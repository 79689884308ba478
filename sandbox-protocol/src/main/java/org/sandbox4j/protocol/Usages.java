package org.sandbox4j.protocol;

import java.util.List;
import java.util.Map;

/**
 * How loaded a sandbox server is, {@code GET /usages/}. Immutable.
 *
 * @param cpu its processors
 * @param memory what of its memory and disks is used
 * @param io reading and writing over the last two seconds
 * @param network traffic over the last two seconds
 * @param processes number of processes of the machine
 * @param containers containers that cannot be had: they run, restart, or are lost
 */
public record Usages(Cpu cpu, Memory memory, DeviceRates io, Network network, int processes, int containers) {
    /**
     * Processors.
     *
     * @param megahertz current frequency in MHz, 0 if unknown
     * @param usage used share from 0 to 1 since anybody's last call
     * @param averages load of the last 1, 5 and 15 minutes by logical processor; may exceed 1
     */
    public record Cpu(double megahertz, double usage, List<Double> averages) {
        /** Makes a value. */
        public Cpu {
            averages = List.copyOf(averages);
        }
    }

    /**
     * Memory and disks.
     *
     * @param ramBytes main memory in use, in bytes
     * @param swapBytes swap space in use, in bytes
     * @param storageBytes disk space in use by device, in bytes
     */
    public record Memory(long ramBytes, long swapBytes, Map<String, Long> storageBytes) {
        /** Makes a value. */
        public Memory {
            storageBytes = Specifications.copy(storageBytes);
        }
    }

    /**
     * Network traffic.
     *
     * @param sentBytes bytes sent per second
     * @param receivedBytes bytes received per second
     * @param sentPackets packets sent per second
     * @param receivedPackets packets received per second
     */
    public record Network(long sentBytes, long receivedBytes, long sentPackets, long receivedPackets) {}
}
