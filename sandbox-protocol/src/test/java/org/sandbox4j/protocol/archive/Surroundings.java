package org.sandbox4j.protocol.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory with things that no archive may touch, beside the place where archives are extracted. */
final class Surroundings {
    private final Path directory;
    private final Map<String, String> before;

    Surroundings(Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("victim"), "untouched");
        Files.createDirectories(directory.resolve("outside/inner"));
        Files.writeString(directory.resolve("outside/inner/file"), "untouched");
        Files.createDirectory(directory.resolve("place"));
        before = snapshot();
    }

    Path target() {
        return directory.resolve("place/target");
    }

    Path victim() {
        return directory.resolve("victim");
    }

    ArchiveSummary extract(ArchiveExtractor extractor, byte[] archive) throws IOException {
        return extractor.extract(new ByteArrayInputStream(archive), target());
    }

    /** What is there besides what was there at first, or has changed: path and a description. */
    Map<String, String> changes() throws IOException {
        Map<String, String> changes = snapshot();
        before.forEach((path, state) -> {
            if (state.equals(changes.get(path))) {
                changes.remove(path);
            } else {
                changes.putIfAbsent(path, "vanished");
            }
        });
        return changes;
    }

    private Map<String, String> snapshot() throws IOException {
        return snapshot(directory, "victim", "outside");
    }

    /** Paths and what is there; with times, of what is below one of the names. */
    static Map<String, String> snapshot(Path top, String... timed) throws IOException {
        Map<String, String> states = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(top)) {
            paths.filter(path -> !path.equals(top)).forEach(path -> {
                String name = top.relativize(path).toString();
                boolean withTime = Stream.of(timed).anyMatch(name::startsWith);
                states.put(name, state(path, withTime));
            });
        }
        return states;
    }

    private static String state(Path path, boolean withTime) {
        try {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:mode,lastModifiedTime,nlink", LinkOption.NOFOLLOW_LINKS);
            String state = Integer.toOctalString((Integer) found.get("mode"));
            if (Files.isSymbolicLink(path)) {
                return "link to " + Files.readSymbolicLink(path);
            }
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                state += " x" + found.get("nlink") + " " + Files.readString(path, StandardCharsets.ISO_8859_1);
            }
            return withTime ? state + " " + found.get("lastModifiedTime") : state;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
