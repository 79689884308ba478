package org.sandbox4j.protocol.archive;

/**
 * What was written or extracted.
 *
 * @param entries members, with those that were skipped
 * @param bytes bytes of all files together
 */
public record ArchiveSummary(long entries, long bytes) {}
