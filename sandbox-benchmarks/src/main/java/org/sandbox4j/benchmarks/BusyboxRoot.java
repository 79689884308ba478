package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roots that hold a static busybox and little else. */
final class BusyboxRoot {
    static final int MEBIBYTE = 1024 * 1024;
    /** A file of this size in the root, for commands that write a lot. */
    static final String DATA = "/data";

    static final int DATA_MEBIBYTES = 64;

    private static final List<Path> PLACES = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));

    private BusyboxRoot() {}

    static Path program() {
        return PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "There is no busybox at " + PLACES + ". Install the Debian package busybox-static."));
    }

    /**
     * Makes a root.
     *
     * @param withMountPoints whether it has the directories that every run mounts something over
     */
    static void stage(Path root, boolean withMountPoints) throws IOException {
        makeDirectory(root);
        makeDirectory(root.resolve("bin"));
        Files.copy(program(), root.resolve("bin/busybox"));
        for (String applet : List.of("true", "cat")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        if (withMountPoints) {
            for (String mountPoint : List.of("dev", "proc", "tmp")) {
                makeDirectory(root.resolve(mountPoint));
            }
        }
    }

    static void stageData(Path root) throws IOException {
        try (OutputStream data = Files.newOutputStream(root.resolve(DATA.substring(1)))) {
            byte[] block = new byte[MEBIBYTE];
            for (int i = 0; i < DATA_MEBIBYTES; i++) {
                data.write(block);
            }
        }
    }

    /** Makes directories with files in them. */
    static void stageFiles(Path top, int directories, int filesEach, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        makeDirectory(top);
        for (int directory = 0; directory < directories; directory++) {
            Path made = top.resolve("d" + directory);
            makeDirectory(made);
            for (int file = 0; file < filesEach; file++) {
                Files.write(made.resolve("f" + file), content);
            }
        }
    }

    static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
