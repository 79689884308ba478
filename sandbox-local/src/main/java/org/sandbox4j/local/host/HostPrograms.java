package org.sandbox4j.local.host;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds programs of the host. */
public final class HostPrograms {
    /** Where administrators' tools are, which an ordinary user's PATH may leave out. */
    private static final List<String> SYSTEM_DIRECTORIES =
            List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private HostPrograms() {}

    /** Returns the directories that are searched: the absolute ones of {@code PATH}, then the system's. */
    public static List<Path> searchPath() {
        List<Path> directories = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String element : (path == null ? "" : path).split(":", -1)) {
            // A relative element would make the choice of the program depend on where the JVM was started.
            if (element.startsWith("/")) {
                add(directories, element);
            }
        }
        SYSTEM_DIRECTORIES.forEach(element -> add(directories, element));
        return directories;
    }

    /** Returns the first executable file of a name. */
    public static Optional<Path> find(String name) {
        return find(name, searchPath());
    }

    /** Returns the first executable file of a name in some directories. */
    static Optional<Path> find(String name, List<Path> directories) {
        return directories.stream()
                .map(directory -> directory.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static void add(List<Path> directories, String element) {
        try {
            Path directory = Path.of(element);
            if (!directories.contains(directory)) {
                directories.add(directory);
            }
        } catch (InvalidPathException e) {
            // A name that this JVM's charset cannot express is no place to find programs in.
        }
    }
}
