package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Paths that are removed from a tree: how they are stored, and how they are removed without following a link. */
final class DeletionList {
    private static final String END = "\0";

    private DeletionList() {}

    static void write(List<String> paths, OutputStream out) throws IOException {
        for (String path : paths) {
            out.write((path + END).getBytes(StandardCharsets.UTF_8));
        }
    }

    static List<String> read(InputStream in) throws IOException {
        return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split(END, -1))
                .filter(path -> !path.isEmpty())
                .toList();
    }

    /** Removes paths; what is not there, or below something that is no directory, is none of the tree's. */
    static void apply(List<String> paths, Path tree) throws IOException {
        for (String path : paths) {
            remove(path, tree);
        }
    }

    private static void remove(String path, Path tree) throws IOException {
        List<String> names = List.of(path.split("/", -1));
        if (names.contains("") || names.contains(".") || names.contains("..") || Environ.hasNul(path)) {
            throw Refusal.badRequest("'" + path + "' is no path to be deleted: it must be relative and without '..'.");
        }
        Path place = tree;
        for (String name : names) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            place = place.resolve(name);
        }
        Trees.delete(place);
    }
}
