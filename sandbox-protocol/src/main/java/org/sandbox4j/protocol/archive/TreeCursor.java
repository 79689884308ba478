package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/** Keeps the handles from the top of a tree to where the last member was, since the next one is mostly near. */
final class TreeCursor implements AutoCloseable {
    /** Of directories that no member has described. */
    static final Set<PosixFilePermission> IMPLICIT = PosixFilePermissions.fromString("rwxr-xr-x");

    private final FreshPlace place;
    private final List<String> names = new ArrayList<>();
    private final List<TreeDirectory> handles = new ArrayList<>();

    TreeCursor(FreshPlace place) throws IOException {
        this.place = place;
        handles.add(place.tree());
    }

    /** Goes to a directory and makes what is missing on the way. The handle is the cursor's. */
    TreeDirectory go(List<String> path, String member) throws IOException {
        int common = 0;
        while (common < Math.min(names.size(), path.size()) && names.get(common).equals(path.get(common))) {
            common++;
        }
        leave(common);
        for (String name : path.subList(common, path.size())) {
            TreeDirectory next = enter(here(), FileNames.path(name), member);
            names.add(name);
            handles.add(next);
        }
        return here();
    }

    private TreeDirectory enter(TreeDirectory in, Path name, String member) throws IOException {
        Optional<PosixFileAttributes> found = in.attributes(name);
        if (found.isEmpty()) {
            place.makeDirectory(in, name, IMPLICIT);
        } else if (!found.get().isDirectory()) {
            throw ArchiveException.at(member, Problem.TYPE, "a file or a link is where it needs a directory.");
        }
        return in.enter(name);
    }

    private TreeDirectory here() {
        return handles.get(handles.size() - 1);
    }

    private void leave(int depth) throws IOException {
        while (names.size() > depth) {
            names.remove(names.size() - 1);
            handles.remove(handles.size() - 1).close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            leave(0);
        } finally {
            handles.get(0).close();
        }
    }
}
