package org.sandbox4j.local.merge;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * What a tree holds, a line for each entry and one for each file with several names: type, mode, owner, size, content,
 * times of modification to the nanosecond, devices, extended attributes.
 */
final class TreeSnapshot {
    /** Tests set times before this one; later ones are "now", and the same for trees that are made one after another. */
    private static final Instant NOW_BEGINS = Instant.parse("2010-01-01T00:00:00Z");

    private static final int LARGEST_ATTRIBUTES = 64 * 1024;
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final int REGULAR = 0100000;

    private final Path top;
    private final boolean exactTimes;
    private final Map<String, List<String>> names = new TreeMap<>();
    private final Memory list = new Memory(LARGEST_ATTRIBUTES);
    private final Memory value = new Memory(LARGEST_ATTRIBUTES);
    private final List<String> lines = new ArrayList<>();

    private TreeSnapshot(Path top, boolean exactTimes) {
        this.top = top;
        this.exactTimes = exactTimes;
    }

    /** With times only where they were set, to compare two trees. */
    static List<String> of(Path top) throws IOException {
        return new TreeSnapshot(top, false).take();
    }

    /** With all times, to compare a tree with itself. */
    static List<String> exactly(Path top) throws IOException {
        return new TreeSnapshot(top, true).take();
    }

    private List<String> take() throws IOException {
        try (var files = Files.walk(top)) {
            for (Path file : files.toList()) {
                lines.add(name(file) + ": " + describe(file));
            }
        }
        lines.sort(null);
        names.values().stream()
                .filter(links -> links.size() > 1)
                .map(links -> "same file: " + links.stream().sorted().toList())
                .sorted()
                .forEach(lines::add);
        return lines;
    }

    /** Percent-encoded, since names may be any bytes. */
    private String name(Path file) {
        return file.equals(top) ? "." : encoded(file).substring(encoded(top).length());
    }

    private static String encoded(Path path) {
        String text = path.toUri().getRawPath();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private String describe(Path file) throws IOException {
        Map<String, Object> status = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) status.get("mode");
        int type = mode & TYPE;
        String text = String.format("%o %s:%s", mode, status.get("uid"), status.get("gid"));
        if (type != DIRECTORY) {
            names.computeIfAbsent(status.get("ino").toString(), inode -> new ArrayList<>())
                    .add(name(file));
            text += " rdev " + status.get("rdev");
        }
        if (type == LINK) {
            text += " -> " + Files.readSymbolicLink(file);
        } else if (type == REGULAR) {
            text += " size " + status.get("size") + " sum " + sum(file);
        }
        return text + " " + time((FileTime) status.get("lastModifiedTime")) + attributes(file);
    }

    private String time(FileTime time) {
        return exactTimes || time.toInstant().isBefore(NOW_BEGINS) ? time.toString() : "now";
    }

    private static String sum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(Files.readAllBytes(file));
        return Long.toHexString(sum.getValue());
    }

    private String attributes(Path file) {
        byte[] path = rawPath(file);
        Map<String, String> attributes = new TreeMap<>();
        long size = call("llistxattr", path, list, LARGEST_ATTRIBUTES);
        for (long position = 0; position < size; ) {
            String name = list.getString(position, "ISO-8859-1");
            position += name.length() + 1;
            byte[] attribute = (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
            long length = call("lgetxattr", path, attribute, value, LARGEST_ATTRIBUTES);
            attributes.put(name, HexFormat.of().formatHex(value.getByteArray(0, (int) length)));
        }
        return attributes.isEmpty() ? "" : " " + attributes;
    }

    private static long call(String function, Object... arguments) {
        return Function.getFunction("c", function).invokeLong(arguments);
    }

    private static byte[] rawPath(Path path) {
        String encoded = encoded(path);
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                raw.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                raw.write(encoded.charAt(i));
            }
        }
        raw.write(0);
        return raw.toByteArray();
    }
}
