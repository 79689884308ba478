package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Sandbox;
import org.sandbox4j.protocol.RootSettings;

/**
 * Keeps the trees of a few environments unpacked, each with an open sandbox, for runs that can change nothing in them: those need
 * not wait for a tree of their own. Thread-safe.
 */
final class WarmRoots implements AutoCloseable {
    private static final int MOST_IDLE = 4;
    private static final long LARGEST_BYTES = 256 << 20;
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);

    /** Makes a tree, and opens a sandbox in it. */
    interface Maker {
        void unpack(StoredEnvironment environment, Path root) throws IOException;

        Sandbox open(RootSettings settings, Path directory);
    }

    private record Key(List<Layer> layers, RootSettings settings) {}

    private final RunDirectories directories;
    private final Maker maker;
    // Guarded by this.
    private final Map<Key, Root> roots = new LinkedHashMap<>();

    WarmRoots(RunDirectories directories, Maker maker) {
        this.directories = directories;
        this.maker = maker;
    }

    /**
     * A tree with its sandbox.
     *
     * @param large whether it is not worth its space when nobody uses it
     */
    private record Place(Path directory, Sandbox sandbox, boolean large) {}

    private static final class Root {
        // Both guarded by the WarmRoots.
        private int users;
        private long idleSince;
        // Guarded by this.
        private @Nullable Place place;
    }

    /** The right to run something in a tree, until it is closed. */
    final class Lease implements AutoCloseable {
        private final Key key;
        private final Root root;
        private final Place place;

        private Lease(Key key, Root root, Place place) {
            this.key = key;
            this.root = root;
            this.place = place;
        }

        Path root() {
            return place.directory.resolve("root");
        }

        Sandbox sandbox() {
            return place.sandbox;
        }

        @Override
        public void close() {
            giveBack(key, root, place.large);
        }
    }

    /**
     * Takes the tree of an environment. Others may run something there at the same time.
     *
     * @throws org.sandbox4j.SandboxException if no sandbox can be opened
     */
    Lease take(StoredEnvironment environment, RootSettings settings) throws IOException {
        Key key = new Key(environment.layers(), settings);
        Root root;
        synchronized (this) {
            root = roots.computeIfAbsent(key, unused -> new Root());
            root.users++;
        }
        try {
            return new Lease(key, root, place(root, environment, settings));
        } catch (IOException | RuntimeException e) {
            giveBack(key, root, true);
            throw e;
        }
    }

    private Place place(Root root, StoredEnvironment environment, RootSettings settings) throws IOException {
        synchronized (root) {
            Place place = root.place;
            if (place == null) {
                place = make(environment, settings);
                root.place = place;
            }
            return place;
        }
    }

    private Place make(StoredEnvironment environment, RootSettings settings) throws IOException {
        Path directory = directories.make();
        try {
            maker.unpack(environment, directory.resolve("root"));
            boolean large = DiskUsage.of(List.of(directory), LARGEST_BYTES) > LARGEST_BYTES;
            return new Place(directory, maker.open(settings, directory), large);
        } catch (IOException | RuntimeException e) {
            RunDirectories.remove(directory);
            throw e;
        }
    }

    private void giveBack(Key key, Root root, boolean unwanted) {
        List<Root> removed = new ArrayList<>();
        synchronized (this) {
            root.users--;
            root.idleSince = System.nanoTime();
            if (unwanted && root.users == 0 && roots.remove(key, root)) {
                removed.add(root);
            }
            List<Key> idle = idleLongestFirst();
            for (Key tooMany : idle.subList(0, Math.max(0, idle.size() - MOST_IDLE))) {
                removed.add(roots.remove(tooMany));
            }
        }
        removed.forEach(WarmRoots::remove);
    }

    private List<Key> idleLongestFirst() {
        return roots.entrySet().stream()
                .filter(entry -> entry.getValue().users == 0)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().idleSince))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void remove(Root root) {
        synchronized (root) {
            Place place = root.place;
            root.place = null;
            if (place != null) {
                place.sandbox.close();
                RunDirectories.remove(place.directory);
            }
        }
    }

    /** Removes those that nobody has used for a while. */
    void expire() {
        removeIdle(LONGEST_IDLE);
    }

    private void removeIdle(Duration least) {
        List<Root> removed = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Root root : List.copyOf(roots.values())) {
                if (root.users == 0 && now - root.idleSince >= least.toNanos()) {
                    roots.values().remove(root);
                    removed.add(root);
                }
            }
        }
        removed.forEach(WarmRoots::remove);
    }

    /** Removes those that nobody uses. */
    @Override
    public void close() {
        removeIdle(Duration.ZERO);
    }
}
