package org.sandbox4j.local.plan;

import java.nio.file.Path;
import java.util.List;

/**
 * The sandbox of one run.
 *
 * @param root the staged root on the host
 * @param rootWritable whether commands may change it
 * @param mounts what is mounted over it, outer ones first
 * @param network whether commands share the host's network
 * @param uid the user that commands run as
 * @param gid the group that commands run as
 * @param hostname the host name that commands see
 */
public record SandboxPlan(
        Path root, boolean rootWritable, List<Mount> mounts, boolean network, int uid, int gid, String hostname) {
    /** Copies the list. */
    public SandboxPlan {
        mounts = List.copyOf(mounts);
    }
}
