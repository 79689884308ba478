package org.sandbox4j.server;

import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.protocol.archive.ArchiveLimits;

/**
 * What each command, and the files of each request, may use.
 *
 * @param memoryBytes memory of all processes together
 * @param processes processes and threads at once
 * @param fileBytes size of one file
 * @param diskBytes files and {@code /tmp} of a request together, also those of an upload once it is unpacked
 * @param outputBytes standard output and standard error together
 * @param entries members of an archive
 * @param enforcement what happens on hosts that cannot enforce the first three
 */
record RunLimits(
        long memoryBytes,
        long processes,
        long fileBytes,
        long diskBytes,
        long outputBytes,
        long entries,
        Enforcement enforcement) {

    ResourceLimits forCommands() {
        return ResourceLimits.builder()
                .limit(Resource.MEMORY, memoryBytes, enforcement)
                .limit(Resource.PROCESSES, processes, enforcement)
                .limit(Resource.FILE_SIZE, fileBytes, enforcement)
                .limit(Resource.OUTPUT, outputBytes)
                .build();
    }

    ArchiveLimits forUploads() {
        return forOwnArchives().withMaxRatio(ArchiveLimits.DEFAULT.maxRatio());
    }

    /** What commands wrote may be compressed as well as it can be. */
    ArchiveLimits forOwnArchives() {
        return ArchiveLimits.DEFAULT
                .withMaxEntries(entries)
                .withMaxBytes(diskBytes)
                .withMaxRatio(Integer.MAX_VALUE);
    }
}
