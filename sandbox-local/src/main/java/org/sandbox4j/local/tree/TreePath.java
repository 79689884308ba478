package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SandboxSetupException;

/** Turns paths inside the sandbox into names of the root's file system and back. */
final class TreePath {
    private TreePath() {}

    static List<Path> names(Path root, String path) {
        List<Path> names = new ArrayList<>();
        for (String element : path.split("/", -1)) {
            if (!element.isEmpty()) {
                names.add(name(root, element));
            }
        }
        return names;
    }

    static String path(List<Path> names) {
        StringBuilder path = new StringBuilder();
        for (Path name : names) {
            path.append('/').append(name);
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /** Returns the directory that a path other than the root's is in. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    static Path lastName(Path root, String path) {
        return name(root, path.substring(path.lastIndexOf('/') + 1));
    }

    static Path onHost(Path root, String path) {
        Path host = root;
        for (Path name : names(root, path)) {
            host = host.resolve(name);
        }
        return host;
    }

    /** Links may hold names in any encoding; one that does not survive as text cannot be passed on exactly. */
    static Path exact(Path root, Path name) {
        if (!name(root, name.toString()).equals(name)) {
            throw new SandboxSetupException(
                    "A link in '" + root + "' leads through the name '" + name
                            + "', whose bytes this JVM's charset cannot express. Run the JVM in a UTF-8 locale, or change the link.");
        }
        return name;
    }

    private static Path name(Path root, String element) {
        try {
            return root.getFileSystem().getPath(element);
        } catch (java.nio.file.InvalidPathException e) {
            throw new SandboxSetupException(
                    "The path element '" + element + "' cannot be a file name in this JVM: " + e.getReason()
                            + ". Run it in a UTF-8 locale (LC_ALL=C.UTF-8).",
                    e);
        }
    }
}
