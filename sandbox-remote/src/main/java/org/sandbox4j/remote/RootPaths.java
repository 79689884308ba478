package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.protocol.tree.FileNames;

/** Finds out where paths of commands lead in a root, whose links are followed there and never on the host. */
final class RootPaths {
    /** As many as the kernel follows. */
    private static final int MAX_LINKS = 40;

    private RootPaths() {}

    /**
     * Resolves an absolute path of a command.
     *
     * @return the names from the top of the root, with the last ones missing there perhaps; nothing if links go in circles
     */
    static Optional<String> resolve(Path root, String path) throws IOException {
        Deque<String> left = new ArrayDeque<>(names(path));
        List<String> found = new ArrayList<>();
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals("..")) {
                if (!found.isEmpty()) {
                    found.remove(found.size() - 1);
                }
                continue;
            }
            Path place = root.resolve(FileNames.path(String.join("/", found))).resolve(FileNames.path(name));
            if (!Files.isSymbolicLink(place)) {
                found.add(name);
                continue;
            }
            if (++links > MAX_LINKS) {
                return Optional.empty();
            }
            String target = FileNames.text(Files.readSymbolicLink(place));
            if (target.startsWith("/")) {
                found.clear();
            }
            List<String> inner = names(target);
            for (int i = inner.size() - 1; i >= 0; i--) {
                left.push(inner.get(i));
            }
        }
        return Optional.of(String.join("/", found));
    }

    /** Tells whether a directory is there, at a path from the top without links. */
    static boolean isDirectory(Path root, String path) {
        return Files.isDirectory(root.resolve(FileNames.path(path)), LinkOption.NOFOLLOW_LINKS);
    }

    private static List<String> names(String path) {
        return List.of(path.split("/")).stream()
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }
}
