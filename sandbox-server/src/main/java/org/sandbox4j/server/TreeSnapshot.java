package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tree was like at some time, for telling later what has changed. The time of change of an inode is the kernel's, and
 * no command can set it.
 */
final class TreeSnapshot {
    private static final long CLOCK_TICK_MILLIS = 20;

    private final Path tree;
    private final Map<String, State> states = new HashMap<>();

    /** What is different when anything of an entry is. */
    private record State(long inode, FileTime changed, FileTime modified, int mode, long size) {}

    /**
     * What has changed.
     *
     * @param changed paths that are new or different
     * @param deleted paths that are gone, but not those below one that is gone
     */
    record Difference(Set<String> changed, List<String> deleted) {
        boolean isEmpty() {
            return changed.isEmpty() && deleted.isEmpty();
        }
    }

    private TreeSnapshot(Path tree) {
        this.tree = tree;
    }

    static TreeSnapshot of(Path tree) throws IOException {
        TreeSnapshot snapshot = new TreeSnapshot(tree);
        Files.walkFileTree(tree, snapshot.new Collector());
        return snapshot;
    }

    /**
     * Waits until a change would get another time than the youngest of the tree has. The kernel's clock for files stands still
     * for some milliseconds at a time.
     */
    void awaitNextTick() throws InterruptedException {
        long youngest = states.values().stream()
                .mapToLong(state -> state.changed.toMillis())
                .max()
                .orElse(0);
        long left = youngest + CLOCK_TICK_MILLIS - System.currentTimeMillis();
        if (left > 0) {
            Thread.sleep(Math.min(left, CLOCK_TICK_MILLIS));
        }
    }

    /** Compares with the same tree now. */
    Difference untilNow() throws IOException {
        TreeSnapshot now = of(tree);
        Set<String> changed = new HashSet<>();
        now.states.forEach((path, state) -> {
            State before = states.get(path);
            if (!state.equals(before) && !isSameDirectory(before, state)) {
                changed.add(path);
            }
        });
        List<String> deleted = states.keySet().stream()
                .filter(path -> !now.states.containsKey(path))
                .filter(path -> !isBelowDeleted(path, now))
                .sorted()
                .toList();
        return new Difference(changed, deleted);
    }

    /** Mount points are made and removed in directories, which changes them, but leaves nothing to tell. */
    private static boolean isSameDirectory(@Nullable State before, State now) {
        return before != null
                && before.inode == now.inode
                && before.mode == now.mode
                && (now.mode & 0170000) == 0040000
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

    private static <T> T value(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private final class Collector extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            return directory.equals(tree) ? FileVisitResult.CONTINUE : add(directory);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return attributes.isOther() ? FileVisitResult.CONTINUE : add(file);
        }

        private FileVisitResult add(Path path) throws IOException {
            Map<String, Object> attributes =
                    Files.readAttributes(path, "unix:ino,ctime,lastModifiedTime,mode,size", LinkOption.NOFOLLOW_LINKS);
            states.put(
                    tree.relativize(path).toString(),
                    new State(
                            value(attributes, "ino", Long.class),
                            value(attributes, "ctime", FileTime.class),
                            value(attributes, "lastModifiedTime", FileTime.class),
                            value(attributes, "mode", Integer.class),
                            value(attributes, "size", Long.class)));
            return FileVisitResult.CONTINUE;
        }
    }
}
