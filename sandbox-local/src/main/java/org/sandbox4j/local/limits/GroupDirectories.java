package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes directories of groups. */
final class GroupDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(GroupDirectories.class);

    /** How long the kernel may still count a process that has been reaped. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private GroupDirectories() {}

    /** Removes a group, trying again while it is busy. */
    static void remove(GroupFiles files, Path directory) {
        long deadline = System.nanoTime() + PATIENCE;
        for (long pause = 100_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            try {
                files.removeDirectory(directory);
                return;
            } catch (NoSuchFileException e) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    LOG.warn("the control group {} stays: {}", directory, e.toString());
                    return;
                }
                LockSupport.parkNanos(pause);
            }
        }
    }

    /** Removes the groups of JVMs that are gone. One that still has processes is left for the next time. */
    static void removeLeftOver(GroupFiles files, Path parent, GroupNames names) {
        try {
            for (String name : files.directories(parent)) {
                if (names.isLeftOver(name)) {
                    removeIfEmpty(files, parent.resolve(name));
                }
            }
        } catch (IOException e) {
            LOG.debug("cannot look for left-over groups in {}: {}", parent, e.toString());
        }
    }

    private static void removeIfEmpty(GroupFiles files, Path directory) {
        try {
            files.removeDirectory(directory);
            LOG.debug("removed the left-over control group {}", directory);
        } catch (IOException e) {
            LOG.debug("the left-over control group {} stays: {}", directory, e.toString());
        }
    }
}
