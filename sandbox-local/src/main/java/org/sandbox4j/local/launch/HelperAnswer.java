package org.sandbox4j.local.launch;

/**
 * What a mode of our own program answered.
 *
 * @param exitCode its exit code, or 128 plus the signal that ended it
 * @param diagnostics what it wrote, without white space at the ends
 */
public record HelperAnswer(int exitCode, String diagnostics) {}
