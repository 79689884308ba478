package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds files of a tree that have more links than the tree holds, so that changing them changes something elsewhere. */
public final class HardLinkCensus {
    private static final class Links {
        private final Path first;
        private int missing;

        private Links(Path first, int missing) {
            this.first = first;
            this.missing = missing;
        }
    }

    private HardLinkCensus() {}

    /** Returns a file of the tree that is linked from outside, if there is one. Follows no link. */
    public static Optional<Path> linkedFromOutside(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return Optional.empty();
        }
        Map<Object, Links> seen = new HashMap<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    count(file, attributes, seen);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // What this user cannot look into, a command of this user cannot change either.
                return FileVisitResult.CONTINUE;
            }
        });
        return seen.values().stream()
                .filter(links -> links.missing > 0)
                .map(links -> links.first)
                .findFirst();
    }

    private static void count(Path file, BasicFileAttributes attributes, Map<Object, Links> seen) throws IOException {
        Object key = attributes.fileKey();
        Links known = seen.get(key);
        if (known != null) {
            known.missing--;
            return;
        }
        int links = (Integer) Files.getAttribute(file, "unix:nlink", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        if (links > 1) {
            seen.put(key, new Links(file, links - 1));
        }
    }
}
