package org.sandbox4j.protocol.tree;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tree was like at some time, for telling later what has changed. The time of change of an inode is the kernel's, and
 * no command can set it. Devices, fifos and sockets are none of the tree's. Immutable and thread-safe.
 */
public final class TreeSnapshot {
    private static final long CLOCK_TICK_MILLIS = 20;
    private static final int PERMISSIONS = 07777;

    /** The bits of a mode that tell what kind of file it is, inode(7). */
    private static final int KIND = 0170000;

    private final Path tree;
    private final Map<String, State> states;

    /** What is different when anything of an entry is. */
    private record State(long inode, FileTime changed, FileTime modified, int mode, long size, int names) {
        boolean isDirectory() {
            return (mode & KIND) == 0040000;
        }

        boolean isFile() {
            return (mode & KIND) == 0100000;
        }

        /** Tells whether nothing but the content of the one can differ from that of the other. */
        boolean looksLike(State other) {
            return isFile()
                    && mode == other.mode
                    && size == other.size
                    && modified.equals(other.modified)
                    && names == 1
                    && other.names == 1;
        }
    }

    /**
     * What has changed. Paths are relative to the top of the tree.
     *
     * @param changed paths that are new or different
     * @param deleted paths that are gone, but not those below one that is gone
     */
    public record Difference(Set<String> changed, List<String> deleted) {
        /** Makes a value. */
        public Difference {
            changed = Set.copyOf(changed);
            deleted = List.copyOf(deleted);
        }

        /**
         * Tells whether nothing has changed.
         *
         * @return true if there are no paths
         */
        public boolean isEmpty() {
            return changed.isEmpty() && deleted.isEmpty();
        }

        /**
         * Returns what an archive of the changes has to hold: also the directories that changed paths are in, which would
         * otherwise get new permissions and times where it is laid over another tree.
         *
         * @return the changed paths, with the directories above them
         */
        public Set<String> changedWithParents() {
            Set<String> paths = new HashSet<>(changed);
            for (String path : changed) {
                for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                    if (!paths.add(path.substring(0, slash))) {
                        break;
                    }
                }
            }
            return paths;
        }
    }

    private TreeSnapshot(Path tree, Map<String, State> states) {
        this.tree = tree;
        this.states = states;
    }

    /**
     * Takes a snapshot.
     *
     * @param tree the top of the tree
     * @return the snapshot
     * @throws IOException if a part of it cannot be read
     */
    public static TreeSnapshot of(Path tree) throws IOException {
        Map<String, State> states = new HashMap<>();
        Files.walkFileTree(tree, new Collector(tree, states));
        return new TreeSnapshot(tree, states);
    }

    /**
     * Waits until a change would get another time than the youngest of the tree has: at most 20 milliseconds. The kernel's
     * clock for files stands still for some milliseconds at a time.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public void awaitNextTick() throws InterruptedException {
        long left = untilNextTick(youngest());
        if (left > 0) {
            Thread.sleep(Math.min(left, CLOCK_TICK_MILLIS));
        }
    }

    /**
     * The same for a tree on a single file system whose top belongs to the caller: as soon as a change of the top itself gets a
     * later time than the youngest of the tree has, every other change does. Mostly that is much sooner.
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws IOException if the top cannot be changed
     */
    public void awaitNextTickOfTop() throws InterruptedException, IOException {
        FileTime youngest = youngest();
        while (untilNextTick(youngest) > 0 && changeOfTop().compareTo(youngest) <= 0) {
            Thread.sleep(1);
        }
    }

    private FileTime youngest() {
        return states.values().stream()
                .map(State::changed)
                .max(Comparator.naturalOrder())
                .orElse(FileTime.fromMillis(0));
    }

    private static long untilNextTick(FileTime youngest) {
        return youngest.toMillis() + CLOCK_TICK_MILLIS - System.currentTimeMillis();
    }

    /** Gives the top the mode that it has, which changes nothing but the time of its change, chmod(2). */
    private FileTime changeOfTop() throws IOException {
        Files.setAttribute(tree, "unix:mode", (int) Files.getAttribute(tree, "unix:mode") & PERMISSIONS);
        return (FileTime) Files.getAttribute(tree, "unix:ctime");
    }

    /**
     * Compares with the same tree now.
     *
     * @return what has changed
     * @throws IOException if a part of the tree cannot be read
     */
    public Difference untilNow() throws IOException {
        return until(of(tree));
    }

    /**
     * Compares with a later snapshot of the same tree.
     *
     * @param later the other one
     * @return what has changed
     */
    public Difference until(TreeSnapshot later) {
        Set<String> changed = new HashSet<>();
        later.states.forEach((path, state) -> {
            State before = states.get(path);
            if (!state.equals(before) && !isSameDirectory(before, state)) {
                changed.add(path);
            }
        });
        List<String> deleted = states.keySet().stream()
                .filter(path -> !later.states.containsKey(path))
                .filter(path -> !isBelowDeleted(path, later))
                .sorted()
                .toList();
        return new Difference(changed, deleted);
    }

    /**
     * Returns the files that have been replaced or written to since, but look as they did: with one name, the same permissions, the
     * same size and the same time of modification. Only their content can tell whether they have changed.
     *
     * @param later a later snapshot of the same tree
     * @return their paths, relative to the top
     */
    public Set<String> lookalikes(TreeSnapshot later) {
        Set<String> found = new HashSet<>();
        later.states.forEach((path, state) -> {
            State before = states.get(path);
            if (before != null && !state.equals(before) && state.looksLike(before)) {
                found.add(path);
            }
        });
        return found;
    }

    /**
     * Returns the regular files of the tree.
     *
     * @return their paths, relative to the top
     */
    public Set<String> files() {
        Set<String> found = new HashSet<>();
        states.forEach((path, state) -> {
            if (state.isFile()) {
                found.add(path);
            }
        });
        return found;
    }

    /**
     * Returns what the tree would be like if, since this snapshot, only some paths had changed: those are looked at now.
     *
     * @param paths what has changed, been made or been deleted, relative to the top; what is below a deleted path need not be
     *     named
     * @return the new snapshot
     * @throws IOException if a path cannot be looked at
     */
    public TreeSnapshot withChanged(Collection<String> paths) throws IOException {
        Map<String, State> changed = new HashMap<>(states);
        Set<String> noDirectories = new HashSet<>();
        for (String path : paths) {
            @Nullable State state = stateIfAny(tree.resolve(FileNames.path(path)));
            if (state == null) {
                changed.remove(path);
                noDirectories.add(path);
                continue;
            }
            changed.put(path, state);
            if (!state.isDirectory()) {
                noDirectories.add(path);
            }
        }
        changed.keySet().removeIf(path -> isBelow(path, noDirectories));
        return new TreeSnapshot(tree, changed);
    }

    private static boolean isBelow(String path, Set<String> directories) {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (directories.contains(path.substring(0, slash))) {
                return true;
            }
        }
        return false;
    }

    /** Mount points are made and removed in directories, which changes them, but leaves nothing to tell. */
    private static boolean isSameDirectory(@Nullable State before, State now) {
        return before != null
                && before.inode == now.inode
                && before.mode == now.mode
                && now.isDirectory()
                && before.modified.equals(now.modified);
    }

    private boolean isBelowDeleted(String path, TreeSnapshot now) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return false;
        }
        String parent = path.substring(0, slash);
        return states.containsKey(parent) && !now.states.containsKey(parent);
    }

    private static @Nullable State stateIfAny(Path path) throws IOException {
        try {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? state(path) : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static State state(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(
                path, "unix:ino,ctime,lastModifiedTime,mode,size,nlink", LinkOption.NOFOLLOW_LINKS);
        return new State(
                value(attributes, "ino", Long.class),
                value(attributes, "ctime", FileTime.class),
                value(attributes, "lastModifiedTime", FileTime.class),
                value(attributes, "mode", Integer.class),
                value(attributes, "size", Long.class),
                value(attributes, "nlink", Integer.class));
    }

    private static <T> T value(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Path tree;
        private final Map<String, State> states;

        Collector(Path tree, Map<String, State> states) {
            this.tree = tree;
            this.states = states;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            return directory.equals(tree) ? FileVisitResult.CONTINUE : add(directory);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return attributes.isOther() ? FileVisitResult.CONTINUE : add(file);
        }

        private FileVisitResult add(Path path) throws IOException {
            states.put(FileNames.text(tree.relativize(path)), state(path));
            return FileVisitResult.CONTINUE;
        }
    }
}
