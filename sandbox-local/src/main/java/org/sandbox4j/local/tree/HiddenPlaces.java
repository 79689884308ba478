package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories of one root that hold staged files, and that something is mounted over, so that no command sees them. Each is looked
 * at once, when a run first covers it, and told of. For one thread at a time.
 */
final class HiddenPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(HiddenPlaces.class);

    /** What archives of root file systems have in /dev, and what a sandbox has there anyway. */
    private static final Set<String> USUAL_DEVICES = Set.of(
            "null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts", "shm", "mqueue", "fd",
            "stdin", "stdout", "stderr", "core");

    private final Path root;
    private final Map<String, Optional<Path>> looked = new LinkedHashMap<>();

    HiddenPlaces(Path root) {
        this.root = root;
    }

    /**
     * Looks at a directory of the root that is about to be covered.
     *
     * @param covered its path in the root, without links
     * @param by what covers it, for people
     * @param shown paths in the root that are seen all the same, since they are mounted over it
     */
    void look(String covered, String by, Collection<String> shown) {
        if (!looked.containsKey(covered)) {
            Optional<Path> hidden = hidden(covered, shown);
            looked.put(covered, hidden);
            hidden.ifPresent(name -> LOG.warn(
                    "commands do not see what is staged in '{}' of the root '{}', '{}' for one: {}. Stage it elsewhere.",
                    covered,
                    root,
                    name,
                    by));
        }
    }

    /** Returns the places that hide something. */
    Stream<String> told() {
        return looked.entrySet().stream()
                .filter(place -> place.getValue().isPresent())
                .map(Map.Entry::getKey);
    }

    /** What cannot be looked into is no failure: it is hidden in any case. */
    private Optional<Path> hidden(String covered, Collection<String> shown) {
        try (DirectoryHandle directory = DirectoryHandle.walk(root, TreePath.onHost(root, covered))) {
            return directory.firstName(name -> isHidden(covered, name.toString(), shown));
        } catch (IOException e) {
            LOG.debug("cannot look into {} of {}: {}", covered, root, e.toString());
            return Optional.empty();
        }
    }

    private static boolean isHidden(String covered, String name, Collection<String> shown) {
        String path = covered + "/" + name;
        boolean usual = covered.equals("/dev") && USUAL_DEVICES.contains(name);
        return !usual && shown.stream().noneMatch(seen -> (seen + "/").startsWith(path + "/"));
    }
}
