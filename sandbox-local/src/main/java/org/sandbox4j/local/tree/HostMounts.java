package org.sandbox4j.local.tree;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.sandbox4j.local.launch.HostCharset;

/** What this process sees mounted, proc_pid_mountinfo(5). */
final class HostMounts {
    private static final String TABLE = "/proc/self/mountinfo";

    /** The fields before that of the mount point. */
    private static final int FIELDS_BEFORE = 4;

    private HostMounts() {}

    /** Returns a mount point that the directory is, or has below it; the directory must be a real path. */
    static Optional<Path> within(Path directory) throws IOException {
        try (FileInputStream table = new FileInputStream(TABLE)) {
            return within(directory, table.readAllBytes());
        }
    }

    static Optional<Path> within(Path directory, byte[] table) {
        byte[] wanted = escaped(directory);
        for (int line = 0; line < table.length; line = end(table, line, '\n') + 1) {
            int start = line;
            for (int field = 0; field < FIELDS_BEFORE; field++) {
                start = end(table, start, ' ') + 1;
            }
            int length = end(table, start, ' ') - start;
            if (isWithin(table, start, length, wanted)) {
                return Optional.of(unescaped(Arrays.copyOfRange(table, start, start + length)));
            }
        }
        return Optional.empty();
    }

    private static boolean isWithin(byte[] table, int start, int length, byte[] wanted) {
        return length >= wanted.length
                && (length == wanted.length || table[start + wanted.length] == '/')
                && Arrays.equals(table, start, start + wanted.length, wanted, 0, wanted.length);
    }

    private static int end(byte[] table, int position, char mark) {
        int end = position;
        while (end < table.length && table[end] != mark) {
            end++;
        }
        return end;
    }

    private static byte[] escaped(Path path) {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        for (byte one : path.toString().getBytes(HostCharset.forPaths())) {
            if (one == ' ' || one == '\t' || one == '\n' || one == '\\') {
                escaped.writeBytes(new byte[] {'\\', octal(one / 64), octal(one / 8 % 8), octal(one % 8)});
            } else {
                escaped.write(one);
            }
        }
        return escaped.toByteArray();
    }

    private static byte octal(int digit) {
        return (byte) ('0' + digit);
    }

    private static Path unescaped(byte[] escaped) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i] == '\\') {
                path.write((escaped[i + 1] - '0') * 64 + (escaped[i + 2] - '0') * 8 + escaped[i + 3] - '0');
                i += 3;
            } else {
                path.write(escaped[i]);
            }
        }
        return Path.of(new String(path.toByteArray(), HostCharset.forPaths()));
    }
}
