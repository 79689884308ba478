package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds out where this JVM may make control groups, by making one and entering it. */
final class GroupSearch {
    /** More than any trial needs. */
    private static final long PLENTY = 1L << 30;

    private final GroupFiles files;
    private final GroupNames names;
    private final Predicate<List<String>> entering;
    private final List<String> obstacles = new ArrayList<>();

    /**
     * What was found.
     *
     * @param groups where groups can be made
     * @param obstacles why not, or why not with all controllers; for messages
     */
    record Result(Optional<ControlGroups> groups, String obstacles) {}

    /**
     * Prepares a search.
     *
     * @param entering starts a process that enters groups through these files, and tells whether it could
     */
    GroupSearch(GroupFiles files, GroupNames names, Predicate<List<String>> entering) {
        this.files = files;
        this.names = names;
        this.entering = entering;
    }

    /** The second version is taken where it has everything, then the first, then what there is of the second. */
    Result search(OwnGroups own) {
        Optional<ControlGroups> unified = own.unified().flatMap(this::unified);
        if (unified.map(groups -> groups.controllers().size()).orElse(0) == Controller.values().length) {
            return new Result(unified, "");
        }
        Optional<ControlGroups> legacy = legacy(own.legacy());
        if (unified.isEmpty() && legacy.isEmpty() && obstacles.isEmpty()) {
            obstacles.add("no control groups are mounted");
        }
        return new Result(legacy.or(() -> unified), String.join("; ", obstacles));
    }

    private Optional<ControlGroups> unified(Path own) {
        try {
            return tried(UnifiedControlGroups.in(files, names, own));
        } catch (IOException e) {
            obstacles.add("cgroup v2: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<ControlGroups> legacy(Map<String, Path> own) {
        Map<Controller, Path> writable = new EnumMap<>(Controller.class);
        for (Controller controller : Controller.values()) {
            Path directory = own.get(controller.kernelName());
            if (directory != null && files.isWritable(directory)) {
                writable.put(controller, directory);
            } else if (directory != null) {
                obstacles.add("cgroup v1: '" + directory + "' may not be written");
            }
        }
        return writable.isEmpty() ? Optional.empty() : tried(new LegacyControlGroups(files, names, writable));
    }

    private Optional<ControlGroups> tried(ControlGroups groups) {
        try {
            ControlGroup group = groups.make(groups.controllers().stream()
                    .collect(Collectors.toMap(controller -> controller, controller -> PLENTY)));
            try {
                if (entering.test(group.entrances())) {
                    return Optional.of(groups);
                }
                obstacles.add(groups.name() + ": a process could not enter a new group");
            } finally {
                group.remove();
            }
        } catch (IOException e) {
            obstacles.add(groups.name() + ": " + e.getMessage());
        }
        return Optional.empty();
    }
}
