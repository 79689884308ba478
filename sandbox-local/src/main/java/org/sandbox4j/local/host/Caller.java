package org.sandbox4j.local.host;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who this JVM runs as.
 *
 * @param uid its effective user id
 * @param gid its effective group id
 * @param otherGroups its supplementary groups, without the group id
 */
public record Caller(int uid, int gid, List<Integer> otherGroups) {
    /** Reads the identity from proc(5), which needs no native code. */
    public static Caller current() {
        // A plain stream: an interrupt of the calling thread would close a channel.
        try (FileInputStream file = new FileInputStream("/proc/self/status")) {
            List<String> status = new String(file.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
            int uid = numbers(status, "Uid:").get(1);
            int gid = numbers(status, "Gid:").get(1);
            List<Integer> groups = numbers(status, "Groups:").stream()
                    .filter(group -> group != gid)
                    .toList();
            return new Caller(uid, gid, groups);
        } catch (IOException | RuntimeException e) {
            throw HostErrors.explain(
                    "Cannot find out who this JVM runs as from /proc/self/status",
                    e,
                    e + ". Mount /proc where this JVM runs.");
        }
    }

    /** Tells whether this is the host's superuser, or one of a user namespace. */
    public boolean isRoot() {
        return uid == 0;
    }

    private static List<Integer> numbers(List<String> status, String label) {
        String line = status.stream()
                .filter(text -> text.startsWith(label))
                .findFirst()
                .orElseThrow();
        return Stream.of(line.substring(label.length()).strip().split("\\s+", -1))
                .filter(text -> !text.isEmpty())
                .map(Integer::parseUnsignedInt)
                .toList();
    }
}
