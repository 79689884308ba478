package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sandbox4j.SandboxSetupException;

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
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            List<String> status = lines.toList();
            int uid = numbers(status, "Uid:").get(1);
            int gid = numbers(status, "Gid:").get(1);
            List<Integer> groups = numbers(status, "Groups:").stream()
                    .filter(group -> group != gid)
                    .toList();
            return new Caller(uid, gid, groups);
        } catch (IOException | RuntimeException e) {
            throw new SandboxSetupException(
                    "Cannot find out who this JVM runs as from /proc/self/status: " + e
                            + ". Mount /proc where this JVM runs.",
                    e);
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
