package org.sandbox4j.protocol;

import java.util.Map;

/**
 * Reading and writing by device: what is done, in {@link Usages}, or permitted, in {@link Specifications}. Immutable.
 *
 * @param readOperations read operations per second, by device
 * @param readBytes bytes read per second, by device
 * @param writeOperations write operations per second, by device
 * @param writeBytes bytes written per second, by device
 */
public record DeviceRates(
        Map<String, Long> readOperations,
        Map<String, Long> readBytes,
        Map<String, Long> writeOperations,
        Map<String, Long> writeBytes) {
    /** Makes a value. */
    public DeviceRates {
        readOperations = Specifications.copy(readOperations);
        readBytes = Specifications.copy(readBytes);
        writeOperations = Specifications.copy(writeOperations);
        writeBytes = Specifications.copy(writeBytes);
    }
}
