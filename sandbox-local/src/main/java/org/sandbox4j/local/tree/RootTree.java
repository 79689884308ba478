package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The staged root of a sandbox: resolves paths in it, and makes and removes empty entries. Follows no link out of it. */
final class RootTree {
    private final Path root;
    private final Path nursery;

    /**
     * Takes a root.
     *
     * @param root the root, a path that is the caller's own
     * @param nursery a directory of ours on the same file system
     */
    RootTree(Path root, Path nursery) {
        this.root = root;
        this.nursery = nursery;
    }

    Path root() {
        return root;
    }

    Resolution resolve(String path, Collection<String> mounts) throws IOException {
        try (DirectoryHandle top = DirectoryHandle.open(root)) {
            return resolve(path, mounts, top);
        }
    }

    /** Resolves a path from a handle of the root that stays open. */
    Resolution resolve(String path, Collection<String> mounts, DirectoryHandle top) throws IOException {
        try (TreeWalk walk = new TreeWalk(root, top, mounts)) {
            return walk.resolve(path);
        }
    }

    /** Makes a directory and the missing ones above it; returns those made, outermost first. */
    List<String> makeDirectories(String path, NewEntries journal) throws IOException {
        List<Path> names = TreePath.names(root, path);
        List<String> made = new ArrayList<>();
        DirectoryHandle handle = DirectoryHandle.open(root);
        try {
            for (int i = 0; i < names.size(); i++) {
                Path name = names.get(i);
                if (handle.attributes(name).isEmpty()) {
                    String here = TreePath.path(names.subList(0, i + 1));
                    journal.aboutToMake(here);
                    handle.makeDirectory(name, nursery);
                    made.add(here);
                }
                DirectoryHandle inner = handle.enter(name);
                handle.close();
                handle = inner;
            }
            return made;
        } catch (IOException e) {
            removeAll(made, e);
            throw e;
        } finally {
            handle.close();
        }
    }

    /** Makes an empty file in a directory that exists. */
    void makeEmptyFile(String path, NewEntries journal) throws IOException {
        try (DirectoryHandle parent = parentOf(path)) {
            journal.aboutToMake(path);
            parent.makeEmptyFile(lastName(path));
        }
    }

    /** Removes an entry that is still as empty as it was made; leaves anything else alone. */
    void removeIfEmpty(String path) throws IOException {
        try (DirectoryHandle parent = parentOf(path)) {
            Path name = lastName(path);
            var found = parent.attributes(name);
            if (found.isEmpty()) {
                return;
            }
            if (found.get().isDirectory()) {
                parent.removeEmptyDirectory(name);
            } else if (found.get().isRegularFile() && found.get().size() == 0) {
                parent.removeFile(name);
            }
        }
    }

    private void removeAll(List<String> made, IOException failure) {
        for (int i = made.size() - 1; i >= 0; i--) {
            try {
                removeIfEmpty(made.get(i));
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private DirectoryHandle parentOf(String path) throws IOException {
        return DirectoryHandle.parentOf(root, TreePath.onHost(root, path));
    }

    private Path lastName(String path) {
        return TreePath.lastName(root, path);
    }

    /** Told of every entry before it is made, so that it can be removed after a crash. */
    interface NewEntries {
        void aboutToMake(String path) throws IOException;
    }
}
