package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a tree of files holds, a line for each. Times of directories are left out, since entries may come and go. */
final class TreeState {
    private TreeState() {}

    static List<String> of(Path top) throws IOException {
        List<String> state = new ArrayList<>();
        try (var files = Files.walk(top)) {
            for (Path file : files.sorted().toList()) {
                state.add(top.relativize(file) + ": " + describe(file));
            }
        }
        return state;
    }

    private static String describe(Path file) throws IOException {
        Map<String, Object> unix =
                Files.readAttributes(file, "unix:mode,uid,gid,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return "directory " + unix.get("mode") + " " + unix.get("uid") + " " + unix.get("gid");
        }
        if (Files.isSymbolicLink(file)) {
            return "link to " + Files.readSymbolicLink(file) + " " + unix;
        }
        return unix + " "
                + (Files.isRegularFile(file)
                        ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        : "special");
    }
}
