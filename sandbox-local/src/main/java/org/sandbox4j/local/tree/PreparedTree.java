package org.sandbox4j.local.tree;

import java.util.List;
import java.util.Map;
import org.sandbox4j.local.plan.Mount;

/**
 * A root that is ready for a run. Closing it removes the mount points that were made for the run.
 *
 * @param mounts what is to be mounted over the root, outer ones first
 * @param identities directories that commands may write, with what the host saw there
 * @param lease the mount points in use
 */
public record PreparedTree(List<Mount> mounts, Map<String, DirectoryIdentity> identities, Runnable lease)
        implements AutoCloseable {
    @Override
    public void close() {
        lease.run();
    }
}
