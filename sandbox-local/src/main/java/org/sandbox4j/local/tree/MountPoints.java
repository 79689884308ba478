package org.sandbox4j.local.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The empty entries that runs need in one root to mount over. They are made when a run needs them and removed when no run uses
 * the root any more, in this JVM or another: removing one earlier would take the mount away from a run that still uses it.
 * Shared by all sandboxes of this JVM that have the same root; whoever prepares or ends a run holds its lock.
 */
final class MountPoints {
    private static final Logger LOG = LoggerFactory.getLogger(MountPoints.class);
    private static final Comparator<String> DEEPEST_FIRST = Comparator.comparingLong(
                    (String path) -> -path.chars().filter(c -> c == '/').count())
            .thenComparing(Comparator.naturalOrder());

    private final RootTree tree;
    private final MountPointJournal journal;
    private int runs;

    MountPoints(RootTree tree, MountPointJournal journal) {
        this.tree = tree;
        this.journal = journal;
    }

    RootTree tree() {
        return tree;
    }

    /** Does something while no other JVM has runs in this root, unless one has. */
    synchronized void ifUnused(Runnable work) throws IOException {
        if (runs == 0 && journal.tryExclusive()) {
            try {
                work.run();
            } finally {
                journal.unlock();
            }
        }
    }

    /** Begins a run. From now on no JVM removes mount points, until {@link #end}. */
    synchronized void begin() throws IOException {
        if (runs == 0) {
            journal.share();
        }
        runs++;
    }

    /** Ends a run; the last one removes what was made. */
    synchronized void end() {
        runs--;
        removeIfUnused();
    }

    /** Removes what was made, by a JVM that was killed perhaps, unless a run somewhere uses the root. */
    synchronized void removeIfUnused() {
        if (runs > 0) {
            return;
        }
        try {
            if (journal.tryExclusive()) {
                removeAll();
            }
        } catch (IOException e) {
            LOG.debug("mount points of {} stay: {}", tree.root(), e.toString());
        } finally {
            journal.unlock();
        }
    }

    /** Makes a directory to mount over, unless it is there. */
    synchronized void useDirectory(Resolution target) throws IOException {
        if (target.kind() == Resolution.Kind.MISSING) {
            tree.makeDirectories(target.path(), journal::add);
        }
    }

    /** Makes an empty file to mount over, unless it is there. */
    synchronized void useFile(Resolution target) throws IOException {
        String path = target.path();
        if (target.kind() == Resolution.Kind.MISSING) {
            if (!TreePath.parent(path).equals("/")) {
                tree.makeDirectories(TreePath.parent(path), journal::add);
            }
            tree.makeEmptyFile(path, journal::add);
        }
    }

    /** Makes a directory that stays; returns those made, outermost first, for {@link #undo}. */
    synchronized List<String> makeLasting(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            journal.keep(path.substring(0, slash));
        }
        journal.keep(path);
        return tree.makeDirectories(path, entry -> {});
    }

    /** Removes directories made by a preparation that failed. */
    synchronized void undo(List<String> made) {
        for (int i = made.size() - 1; i >= 0; i--) {
            removeQuietly(made.get(i));
        }
    }

    private void removeAll() throws IOException {
        List<String> made = new ArrayList<>(journal.entries());
        if (!made.isEmpty()) {
            made.sort(DEEPEST_FIRST);
            made.forEach(this::removeQuietly);
            journal.clear();
        }
    }

    private void removeQuietly(String path) {
        try {
            tree.removeIfEmpty(path);
        } catch (IOException e) {
            LOG.debug("mount point {} of {} stays: {}", path, tree.root(), e.toString());
        }
    }
}
