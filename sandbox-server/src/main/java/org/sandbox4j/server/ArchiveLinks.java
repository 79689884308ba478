package org.sandbox4j.server;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Where the links of an archive lead, so that a chain of them costs one pass over it, and the next one none. Immutable. */
final class ArchiveLinks {
    private static final int MOST_LINKS = 40;
    private static final long MOST_CHARACTERS = 4 << 20;

    private final Map<String, String> targets;

    private ArchiveLinks(Map<String, String> targets) {
        this.targets = targets;
    }

    /**
     * Reads an archive of ours.
     *
     * @throws Refusal if its links have names of more than 4 MiB
     */
    static ArchiveLinks of(ByteSource archive) throws IOException {
        return of(archive, MOST_CHARACTERS);
    }

    static ArchiveLinks of(ByteSource archive, long mostCharacters) throws IOException {
        Map<String, String> targets = new HashMap<>();
        long characters = 0;
        try (TarArchiveInputStream tar = ArchiveFile.open(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isSymbolicLink() || entry.isLink()) {
                    String target = target(entry);
                    characters += entry.getName().length() + target.length();
                    if (characters > mostCharacters) {
                        throw Refusal.serverError("the links of an archive have names of too many characters");
                    }
                    targets.putIfAbsent(entry.getName(), target);
                }
            }
        }
        return new ArchiveLinks(targets);
    }

    /** The name of the member that a name leads to in the end, if it leads anywhere. */
    Optional<String> resolve(String name) {
        String resolved = name;
        for (int links = 0; links < MOST_LINKS; links++) {
            String target = targets.get(resolved);
            if (target == null) {
                return Optional.of(resolved);
            }
            resolved = target;
        }
        return Optional.empty();
    }

    /** Where a link leads: from the directory that it is in, or, if it is a hard link, from the top. */
    private static String target(TarArchiveEntry link) {
        if (link.isLink()) {
            return link.getLinkName();
        }
        int slash = link.getName().lastIndexOf('/');
        return normalised(
                slash < 0 ? link.getLinkName() : link.getName().substring(0, slash) + "/" + link.getLinkName());
    }

    private static String normalised(String path) {
        Deque<String> names = new ArrayDeque<>();
        Stream.of(path.split("/", -1)).forEach(name -> {
            if (name.equals("..") && !names.isEmpty() && !names.getLast().equals("..")) {
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        });
        return (path.startsWith("/") ? "/" : "") + String.join("/", names);
    }
}
