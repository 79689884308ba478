package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The empty directories and files that a run needs to mount over. A sandbox makes what is missing of them, and removes it after
 * each run; rooms that have them from the start save that. Immutable.
 *
 * @param directories relative to the root, the upper ones first
 * @param files relative to the root
 */
record RoomLayout(List<Path> directories, List<Path> files) {
    /** Leaves everything to the sandbox. */
    static final RoomLayout NONE = new RoomLayout(List.of(), List.of());

    private static final Logger LOG = LoggerFactory.getLogger(RoomLayout.class);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    RoomLayout {
        directories = List.copyOf(directories);
        files = List.copyOf(files);
    }

    /** Looks at a room while a command runs there. Without a shell in the image, nothing is seen. */
    static RoomLayout seenIn(ShellRoom room) throws IOException, InterruptedException {
        try (ShellPlace place = ShellPlace.make(room, room::close)) {
            Unpacking.makeEmpty(place.home());
            try (SandboxProcess waiting = place.sandbox().start(waiting())) {
                RoomLayout layout = of(room.root());
                waiting.stdin().close();
                waiting.waitFor();
                return layout;
            }
        } catch (SandboxException e) {
            LOG.debug("what sandboxes mount over is not known, so they make it each time: {}", e.toString());
            return NONE;
        }
    }

    /** Until its input ends. */
    private static SandboxCommand waiting() {
        return SandboxCommand.builder("bash", "-c", "read")
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .timeout(LONGEST)
                .build();
    }

    private static RoomLayout of(Path root) throws IOException {
        List<Path> directories = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.endsWith(ShellRoom.HOME.substring(1))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                directories.add(root.relativize(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(root.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new RoomLayout(directories, files);
    }

    /** Makes what is missing. */
    void makeIn(Path root) throws IOException {
        for (Path directory : directories) {
            if (!Files.isDirectory(root.resolve(directory))) {
                Files.createDirectory(root.resolve(directory));
            }
        }
        for (Path file : files) {
            if (!Files.exists(root.resolve(file))) {
                Files.createFile(root.resolve(file));
            }
        }
    }
}
