package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.sandbox4j.protocol.tree.FileNames;

/**
 * Where in the root commands may have changed something. What a server sends is held against it, since servers are not trusted
 * to keep commands, or themselves, from writing elsewhere.
 *
 * @param everywhere whether that is all of the root
 * @param places directories whose content may change, as paths from the top without links
 * @param made directories that may be made, without their content
 */
record Writable(boolean everywhere, List<String> places, List<String> made) {
    /** Something is changed that commands cannot have changed. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String path) {
            super("it changes '" + path + "', where no command of the run could write.");
        }
    }

    boolean isNowhere() {
        return !everywhere && places.isEmpty() && made.isEmpty();
    }

    void checkDeleted(List<String> paths) {
        for (String path : paths) {
            if (!everywhere && places.stream().noneMatch(place -> path.startsWith(place + "/"))) {
                throw new Violation(path);
            }
        }
    }

    /**
     * Checks what is to be laid over the root. Directories above the places keep the attributes that they have there.
     *
     * @param changes the top of what is to be laid over
     */
    void checkChanged(Path changes, Path root) throws IOException {
        if (everywhere) {
            return;
        }
        Files.walkFileTree(changes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String path = FileNames.text(changes.relativize(directory));
                if (path.isEmpty()) {
                    return FileVisitResult.CONTINUE;
                }
                if (isInPlace(path)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                boolean known = RootPaths.isDirectory(root, path);
                boolean free = !Files.exists(root.resolve(FileNames.path(path)), LinkOption.NOFOLLOW_LINKS);
                if (!isOnTheWay(path) || !(known || free)) {
                    throw new Violation(path);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                throw new Violation(FileNames.text(changes.relativize(file)));
            }

            /** Afterwards, since looking into it takes the right to do so. */
            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Path known = root.resolve(changes.relativize(directory));
                if (Files.isDirectory(known, LinkOption.NOFOLLOW_LINKS)) {
                    Files.setPosixFilePermissions(directory, Files.getPosixFilePermissions(known));
                    Files.setLastModifiedTime(directory, Files.getLastModifiedTime(known));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private boolean isInPlace(String path) {
        return places.stream().anyMatch(place -> path.equals(place) || path.startsWith(place + "/"));
    }

    private boolean isOnTheWay(String path) {
        return made.stream().anyMatch(end -> end.equals(path) || end.startsWith(path + "/"))
                || places.stream().anyMatch(place -> place.startsWith(path + "/"));
    }
}
