package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the mount that keeps programs from being executed: see {@code /proc/pid/mountinfo} in proc(5). */
public final class MountedNoexec {
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;

    private MountedNoexec() {}

    /** Returns the mount point of the file system that a path of the host is on, if that is mounted noexec. */
    public static Optional<String> holding(Path path) {
        try {
            // A mount point may have any bytes in its name; one that is not UTF-8 is not found, and not named.
            String table = new String(Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.UTF_8);
            return holding(path.toString(), table);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<String> holding(String path, String mountinfo) {
        String found = "";
        boolean noexec = false;
        for (String line : mountinfo.lines().toList()) {
            List<String> fields = Arrays.asList(line.split(" ", -1));
            if (fields.size() <= OPTIONS) {
                continue;
            }
            String point = unescaped(fields.get(MOUNT_POINT));
            // Of several mounts on one point the last is on top.
            if (point.length() >= found.length() && isWithin(path, point)) {
                found = point;
                noexec = Arrays.asList(fields.get(OPTIONS).split(",", -1)).contains("noexec");
            }
        }
        return noexec ? Optional.of(found) : Optional.empty();
    }

    private static boolean isWithin(String path, String point) {
        return point.equals("/") || path.equals(point) || path.startsWith(point + "/");
    }

    private static String unescaped(String field) {
        return ESCAPED.matcher(field)
                .replaceAll(
                        code -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group(1), 8))));
    }
}
