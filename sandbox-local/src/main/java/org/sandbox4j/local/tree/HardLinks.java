package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.Caller;

/** The regular files of a tree that have several names, and where in the tree these are. */
final class HardLinks {
    /** A file with more names than the tree holds: changing it would change something elsewhere. */
    static final class LinkedFile {
        private final int links;
        private final List<Path> names = new ArrayList<>();

        private LinkedFile(int links) {
            this.links = links;
        }

        /** Returns its paths in the tree, as the host has them: text would not carry every name. */
        List<Path> names() {
            return names;
        }

        private boolean isLinkedFromOutside() {
            return names.size() < links;
        }
    }

    private final Map<Object, LinkedFile> files = new LinkedHashMap<>();

    private HardLinks() {}

    /**
     * Looks through a directory of a root; follows no link.
     *
     * @throws SandboxSetupException if a directory cannot be looked into that commands could make accessible
     */
    static List<LinkedFile> fromOutside(Path root, Path directory) throws IOException {
        HardLinks links = new HardLinks();
        try (DirectoryHandle handle = DirectoryHandle.walk(root, directory)) {
            links.collect(root, directory, handle);
        }
        return links.files.values().stream()
                .filter(LinkedFile::isLinkedFromOutside)
                .toList();
    }

    private void collect(Path root, Path directory, DirectoryHandle handle) throws IOException {
        for (DirectoryHandle.Entry entry : handle.entries()) {
            Path path = directory.resolve(entry.name());
            if (entry.attributes().isDirectory()) {
                collectInside(root, path, entry, handle);
            } else if (entry.attributes().isRegularFile()) {
                add(path, entry);
            }
        }
    }

    private void collectInside(Path root, Path path, DirectoryHandle.Entry entry, DirectoryHandle handle)
            throws IOException {
        try (DirectoryHandle inner = handle.enter(entry.name())) {
            collect(root, path, inner);
        } catch (AccessDeniedException e) {
            // Commands run as this user, so they can open what is this user's, and nothing else.
            if (FileModes.owner(path) == Caller.current().uid()) {
                throw new SandboxSetupException(
                        "Cannot make sure that nothing in '/" + root.relativize(path)
                                + "' of the root is hard-linked from outside: the directory "
                                + "is closed, but commands could open it. Make it readable (chmod u+rx), or run with "
                                + "ROOT_READ_ONLY.",
                        e);
            }
        }
    }

    private void add(Path path, DirectoryHandle.Entry entry) throws IOException {
        Object key = entry.attributes().fileKey();
        LinkedFile known = files.get(key);
        if (known == null) {
            int links = FileModes.links(path);
            if (links < 2) {
                return;
            }
            known = new LinkedFile(links);
            files.put(key, known);
        }
        known.names.add(path);
    }
}
