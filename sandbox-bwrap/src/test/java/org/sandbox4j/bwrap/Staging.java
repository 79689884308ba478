package org.sandbox4j.bwrap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;

/** A directory for one test: a sandbox whose root has busybox, and beside it a place for files of the host. */
public final class Staging implements AutoCloseable {
    private static final List<Path> BUSYBOXES = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    private static final List<String> APPLETS = List.of(
            "cat",
            "chmod",
            "chown",
            "chroot",
            "cut",
            "date",
            "dd",
            "dmesg",
            "echo",
            "env",
            "find",
            "grep",
            "head",
            "hostname",
            "ip",
            "kill",
            "ln",
            "losetup",
            "ls",
            "mkdir",
            "mkfifo",
            "mknod",
            "mount",
            "mv",
            "nsenter",
            "pivot_root",
            "printf",
            "readlink",
            "rm",
            "route",
            "seq",
            "setsid",
            "sh",
            "sleep",
            "stat",
            "stty",
            "swapoff",
            "swapon",
            "touch",
            "tr",
            "true",
            "tty",
            "umount",
            "unshare",
            "usleep",
            "vi",
            "wc",
            "xargs",
            "yes");

    private final Path base;
    private final Deque<Sandbox> opened = new ArrayDeque<>();

    private Staging(Path base) {
        this.base = base;
    }

    /** Stages a root, or skips the test where there is no busybox for it. */
    public static Staging create() throws IOException {
        Staging staging =
                new Staging(Files.createTempDirectory("sandbox4j-test-").toRealPath());
        stageInto(staging.directory());
        return staging;
    }

    /** Makes a root with busybox in a sandbox's directory. */
    static void stageInto(Path directory) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("root/bin"));
        Path busybox =
                BUSYBOXES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(busybox != null, "Skipped: a static busybox is needed (Debian: busybox-static).");
        Files.copy(busybox, programs.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
        }
    }

    public Path directory() {
        return base.resolve("sandbox");
    }

    public Path root() {
        return directory().resolve("root");
    }

    /** Returns a file of the host that is no part of the sandbox. */
    public Path beside(String name) {
        return base.resolve(name);
    }

    public Path base() {
        return base;
    }

    public Sandbox open() {
        return open(UnaryOperator.identity());
    }

    public Sandbox open(UnaryOperator<SandboxBuilder> settings) {
        Sandbox sandbox = settings.apply(builder(directory())).open();
        opened.push(sandbox);
        return sandbox;
    }

    public static SandboxBuilder builder(Path directory) {
        return Sandbox.builder(directory).backend(TestedBackend.id());
    }

    /** Writes a script for the host's shell beside the sandbox. */
    public Path script(String name, String script) throws IOException {
        Path file = Files.writeString(beside(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        remove(base);
    }

    public static void remove(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes a tree while a test goes on. */
    public static void removeNow(Path top) {
        try {
            remove(top);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
