package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The empty entries that runs need in one root to mount over. They are made when the first run needs them and removed when
 * the last is done with them; removing one earlier would take the mount away from a run that still uses it. Safe for use by
 * several threads; shared by all sandboxes of this JVM that have the same root.
 */
final class MountPoints {
    private static final Logger LOG = LoggerFactory.getLogger(MountPoints.class);
    private static final Comparator<String> DEEPEST_FIRST =
            Comparator.comparingLong((String path) -> -path.chars().filter(c -> c == '/').count()).thenComparing(Comparator.naturalOrder());

    private final RootTree tree;
    private final MountPointJournal journal;
    private final Map<String, Integer> users = new TreeMap<>();

    MountPoints(RootTree tree, MountPointJournal journal) {
        this.tree = tree;
        this.journal = journal;
    }

    RootTree tree() {
        return tree;
    }

    /** Removes what a JVM that was killed has left behind. Only while no other JVM has the root open. */
    synchronized void recover() throws IOException {
        removeUnused();
    }

    /** Makes a directory to mount over, unless it is there; returns the entries whose use ends with {@link #release}. */
    synchronized List<String> useDirectory(Resolution target) throws IOException {
        if (target.kind() == Resolution.Kind.MISSING) {
            makeDirectory(target.path());
        }
        return use(target.path());
    }

    /** Makes an empty file to mount over, unless it is there. */
    synchronized List<String> useFile(Resolution target) throws IOException {
        String path = target.path();
        if (target.kind() == Resolution.Kind.MISSING) {
            if (!TreePath.parent(path).equals("/")) {
                makeDirectory(TreePath.parent(path));
            }
            try {
                tree.makeEmptyFile(path, journal::add);
            } catch (IOException e) {
                release(use(TreePath.parent(path)));
                throw e;
            }
            users.put(path, 0);
        }
        return use(path);
    }

    private void makeDirectory(String path) throws IOException {
        tree.makeDirectories(path, journal::add).forEach(made -> users.put(made, 0));
    }

    /** Makes a directory that stays; returns those made, outermost first, for {@link #undo}. */
    synchronized List<String> makeLasting(String path) throws IOException {
        for (String prefix : prefixes(path)) {
            users.remove(prefix);
            journal.keep(prefix);
        }
        return tree.makeDirectories(path, entry -> {});
    }

    /** Removes directories made by a preparation that failed. */
    synchronized void undo(List<String> made) {
        for (int i = made.size() - 1; i >= 0; i--) {
            removeQuietly(made.get(i));
        }
    }

    /** Makes sure that no file below a directory of the tree is linked from outside. */
    synchronized void protect(String directory) throws IOException {
        int copied = tree.breakLinks(directory);
        if (copied > 0) {
            LOG.debug("copied {} files of {} that were linked from outside {}", copied, root(), directory);
        }
    }

    /**
     * Ends the use of entries, and removes those that nobody uses any more. While another JVM has the root open, which may have
     * mounted over them, they stay, and go with the last that closes it.
     */
    synchronized void release(Collection<String> used) {
        boolean anyUnused = false;
        for (String path : used) {
            Integer left = users.computeIfPresent(path, (key, count) -> count - 1);
            if (left != null && left <= 0) {
                users.remove(path);
                anyUnused = true;
            }
        }
        if (anyUnused) {
            try {
                removeUnusedIfAlone();
            } catch (IOException e) {
                LOG.debug("mount points of {} stay: {}", root(), e.toString());
            }
        }
    }

    private void removeUnusedIfAlone() throws IOException {
        try {
            if (journal.tryExclusive()) {
                removeUnused();
            }
        } finally {
            journal.share();
        }
    }

    private void removeUnused() throws IOException {
        List<String> unused = new ArrayList<>(journal.entries());
        unused.removeAll(users.keySet());
        unused.sort(DEEPEST_FIRST);
        unused.forEach(this::removeQuietly);
        if (users.isEmpty()) {
            journal.clear();
        }
    }

    private Path root() {
        return tree.root();
    }

    private List<String> use(String path) {
        if (users.isEmpty()) {
            return List.of();
        }
        List<String> used = new ArrayList<>();
        for (String prefix : prefixes(path)) {
            if (users.computeIfPresent(prefix, (key, count) -> count + 1) != null) {
                used.add(prefix);
            }
        }
        return used;
    }

    private static List<String> prefixes(String path) {
        List<String> prefixes = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            prefixes.add(path.substring(0, slash));
        }
        prefixes.add(path);
        return prefixes;
    }

    private void removeQuietly(String path) {
        try {
            tree.removeIfEmpty(path);
        } catch (IOException e) {
            LOG.debug("mount point {} of {} stays: {}", path, root(), e.toString());
        }
    }
}
