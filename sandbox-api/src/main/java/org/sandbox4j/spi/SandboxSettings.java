package org.sandbox4j.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a sandbox's setters have set. Each run takes a {@link #snapshot()}, so that later changes do not touch it. Safe for
 * use by several threads.
 */
public final class SandboxSettings {
    private Snapshot current = new Snapshot(Map.of(), "/", Map.of());

    /**
     * The settings at one moment. Immutable.
     *
     * @param environment names and values
     * @param workDirectory an absolute normalised path inside the sandbox
     * @param marks marked directories, absolute normalised paths inside the sandbox in the order in which they were first
     *     marked, each with whether it holds artifacts
     */
    public record Snapshot(Map<String, String> environment, String workDirectory, Map<String, Boolean> marks) {}

    /** Makes settings with an empty environment, the work directory {@code /}, and no marks. */
    public SandboxSettings() {}

    /**
     * Returns the settings as they are now.
     *
     * @return an immutable snapshot
     */
    public synchronized Snapshot snapshot() {
        return current;
    }

    /**
     * Sets the environment.
     *
     * @param environment names and values; checked and copied
     */
    public synchronized void setEnvironment(Map<String, String> environment) {
        current = new Snapshot(SandboxValues.environment(environment), current.workDirectory(), current.marks());
    }

    /**
     * Sets the work directory.
     *
     * @param directory an absolute path inside the sandbox; checked
     */
    public synchronized void setWorkDirectory(String directory) {
        current = new Snapshot(current.environment(), SandboxValues.directory(directory), current.marks());
    }

    /**
     * Marks a directory, or marks it anew.
     *
     * @param directory an absolute path inside the sandbox; checked
     * @param artifact whether it holds artifacts
     * @throws IllegalArgumentException if it lies in {@code /proc} or {@code /dev}
     */
    public synchronized void mark(String directory, boolean artifact) {
        String path = SandboxValues.directory(directory);
        if ((path + "/").startsWith("/proc/") || (path + "/").startsWith("/dev/")) {
            throw new IllegalArgumentException(
                    "Cannot mark '" + path + "': /proc and /dev are the sandbox's own in every run.");
        }
        Map<String, Boolean> marks = new LinkedHashMap<>(current.marks());
        marks.put(path, artifact);
        current = new Snapshot(current.environment(), current.workDirectory(), Collections.unmodifiableMap(marks));
    }
}
