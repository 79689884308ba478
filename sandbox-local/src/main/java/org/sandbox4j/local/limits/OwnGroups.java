package org.sandbox4j.local.limits;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of the control groups that a process is in. A pure function of what proc(5) shows.
 *
 * @param unified its group of the second version
 * @param legacy its groups of the first version by the name of the controller
 */
record OwnGroups(Optional<Path> unified, Map<String, Path> legacy) {
    /** What a mount shows: the part of a hierarchy that begins at its root. */
    private record Mounted(String root, Path point) {
        Optional<Path> directory(String group) {
            if (root.equals("/")) {
                return Optional.of(point.resolve(group.substring(1)));
            }
            if (group.equals(root) || group.startsWith(root + "/")) {
                return Optional.of(point.resolve(group.substring(Math.min(root.length() + 1, group.length()))));
            }
            return Optional.empty();
        }
    }

    /**
     * Reads both files.
     *
     * @param mounts the content of {@code /proc/self/mountinfo}
     * @param groups the content of {@code /proc/self/cgroup}
     */
    static OwnGroups parse(String mounts, String groups) {
        Map<String, String> membership = memberships(groups);
        Map<String, Path> legacy = new HashMap<>();
        Optional<Path> unified = Optional.empty();
        for (String line : mounts.lines().toList()) {
            String[] halves = line.split(" - ", 2);
            List<String> mount = List.of(halves[0].split(" ", -1));
            List<String> fileSystem = halves.length < 2 ? List.of() : List.of(halves[1].split(" ", -1));
            if (mount.size() < 5 || fileSystem.size() < 3) {
                continue;
            }
            Mounted mounted = new Mounted(mount.get(3), Path.of(mount.get(4)));
            if (fileSystem.get(0).equals("cgroup2") && membership.containsKey("")) {
                unified = unified.or(() -> mounted.directory(membership.get("")));
            } else if (fileSystem.get(0).equals("cgroup")) {
                for (String controller : fileSystem.get(2).split(",", -1)) {
                    Optional.ofNullable(membership.get(controller))
                            .flatMap(mounted::directory)
                            .ifPresent(directory -> legacy.putIfAbsent(controller, directory));
                }
            }
        }
        return new OwnGroups(unified, Map.copyOf(legacy));
    }

    /** Lines read "4:memory:/group"; the second version has no controllers there. */
    private static Map<String, String> memberships(String groups) {
        Map<String, String> membership = new HashMap<>();
        for (String line : groups.lines().toList()) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[2].startsWith("/")) {
                Arrays.stream(fields[1].split(",", -1)).forEach(name -> membership.putIfAbsent(name, fields[2]));
            }
        }
        return membership;
    }
}
