package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The static busybox of this host, which provides the commands that checks run. */
final class Busybox {
    private static final List<Path> PLACES = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    private static final List<String> APPLETS = List.of(
            "cat",
            "chmod",
            "chown",
            "chroot",
            "cp",
            "dd",
            "echo",
            "env",
            "fallocate",
            "false",
            "grep",
            "head",
            "hostname",
            "id",
            "kill",
            "ln",
            "ls",
            "mkdir",
            "mkfifo",
            "mknod",
            "mount",
            "mv",
            "nc",
            "nsenter",
            "od",
            "printf",
            "pwd",
            "readlink",
            "rm",
            "rmdir",
            "sed",
            "setsid",
            "sh",
            "sha256sum",
            "sleep",
            "stat",
            "tail",
            "test",
            "touch",
            "tr",
            "true",
            "truncate",
            "umount",
            "unshare",
            "usleep",
            "wc",
            "xargs",
            "yes");
    private static final int INTERPRETER_SEGMENT = 3;
    private static final String REMEDY = " Install the Debian package busybox-static, or put a static busybox there.";

    private Busybox() {}

    /** Puts {@code busybox} and links to it for its applets into a directory. */
    static void installInto(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.copy(program(), directory.resolve("busybox"));
            for (String applet : APPLETS) {
                Files.createSymbolicLink(directory.resolve(applet), Path.of("busybox"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put busybox into " + directory, e);
        }
    }

    static Path program() {
        Path program = PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The conformance kit needs a busybox, but there is none at " + PLACES + "." + REMEDY));
        if (isDynamic(program)) {
            throw new IllegalStateException("The conformance kit needs a static busybox, but " + program
                    + " is linked dynamically and cannot run in a bare root." + REMEDY);
        }
        return program;
    }

    /** Looks for a PT_INTERP segment, see elf(5). */
    private static boolean isDynamic(Path program) {
        ByteBuffer elf;
        try {
            elf = ByteBuffer.wrap(Files.readAllBytes(program)).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + program, e);
        }
        long table = elf.getLong(32);
        int entrySize = elf.getShort(54);
        int entries = elf.getShort(56);
        for (int i = 0; i < entries; i++) {
            if (elf.getInt(Math.toIntExact(table + (long) i * entrySize)) == INTERPRETER_SEGMENT) {
                return true;
            }
        }
        return false;
    }
}
