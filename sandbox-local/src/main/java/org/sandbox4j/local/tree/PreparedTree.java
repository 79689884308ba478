package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sandbox4j.local.launch.StageList;
import org.sandbox4j.local.plan.Mount;

/**
 * A root that is ready for a run. Ending it removes the mount points that were made for the run.
 *
 * @param root what is mounted as the root: the staged one, or one that diverts changes
 * @param mounts what is to be mounted over the root, outer ones first
 * @param identities directories that commands may write, with what the host saw there
 * @param stage what is mounted on the host before the sandbox is made
 * @param movesDirectories whether directories of the root can be renamed with help alone
 * @param lease the mount points in use, and the right to the root
 */
public record PreparedTree(
        Path root,
        List<Mount> mounts,
        Map<String, DirectoryIdentity> identities,
        StageList stage,
        boolean movesDirectories,
        Lease lease)
        implements AutoCloseable {
    /** What a run has of the root. */
    public interface Lease {
        /** The sandbox is set up. */
        void isSetUp();

        /**
         * No process of the run is left.
         *
         * @param keepChanges whether changes that were diverted are taken over
         * @throws org.sandbox4j.SandboxException if they cannot be; everything else has been done
         */
        void end(boolean keepChanges);
    }

    /** Ends the run without diverted changes. */
    @Override
    public void close() {
        lease.end(false);
    }
}
