package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which directories of a tree are covered by overlays, and what then appears at each mark. Pure.
 *
 * @param lowers the directories of the tree that overlays lie over, as paths in the tree
 * @param shown for each marked directory that is mounted, as its mount's target: the overlay and the path below it
 * @param covered targets of marks that an overlay further out shows already
 */
record Diversion(List<String> lowers, Map<String, Place> shown, Set<String> covered) {
    /**
     * A directory in an overlay.
     *
     * @param overlay the number of the overlay
     * @param path the rest of the path, starting with a slash, or nothing
     */
    record Place(int overlay, String path) {
        Path below(Path merged) {
            return TreePath.onHost(merged, path);
        }
    }

    /**
     * A marked directory.
     *
     * @param target where it is mounted
     * @param source where it is in the tree
     * @param isProtected whether files there that are linked from outside are protected
     */
    record Mark(String target, String source, boolean isProtected) {}

    /** Covers the whole root; marks that something else is mounted over are shown from it. */
    static Diversion ofRoot(List<Mark> mounted) {
        Map<String, Place> shown = new LinkedHashMap<>();
        mounted.forEach(mark -> shown.put(mark.target(), new Place(0, mark.source())));
        return new Diversion(List.of("/"), shown, Set.of());
    }

    /**
     * Covers the protected marks of a read-only root.
     *
     * @return empty if marks lead to each other's directories by links, so that overlays would lie over the same files
     */
    static Optional<Diversion> ofMarks(List<Mark> marks) {
        Diversion diversion = new Diversion(new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        List<Mark> outerFirst = marks.stream()
                .sorted(Comparator.comparingInt(mark -> mark.source().length()))
                .toList();
        for (Mark mark : outerFirst) {
            if (mark.isProtected() && !diversion.cover(mark, enclosing(mark, outerFirst))) {
                return Optional.empty();
            }
        }
        return Optional.of(diversion);
    }

    private boolean cover(Mark mark, Optional<Mark> outer) {
        boolean isInside = outer.filter(Mark::isProtected).isPresent();
        if (!isInside) {
            shown.put(mark.target(), new Place(lowers.size(), ""));
            lowers.add(mark.source());
            return true;
        }
        String rest = mark.source().substring(outer.get().source().length());
        covered.add(mark.target());
        return mark.target().equals(outer.get().target() + rest);
    }

    /** The nearest other mark around it; another mark of the same directory counts as around it when it came first. */
    private static Optional<Mark> enclosing(Mark mark, List<Mark> outerFirst) {
        return outerFirst.subList(0, outerFirst.indexOf(mark)).stream()
                .filter(outer -> (mark.source() + "/").startsWith(outer.source() + "/"))
                .reduce((farther, nearer) -> nearer);
    }
}
