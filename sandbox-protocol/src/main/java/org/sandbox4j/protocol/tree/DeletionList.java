package org.sandbox4j.protocol.tree;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sandbox4j.spi.files.TreeRemoval;

/** Paths that are removed from a tree: how they are stored, and how they are removed without following a link. */
public final class DeletionList {
    private static final String END = "\0";

    private DeletionList() {}

    /**
     * Writes paths.
     *
     * @param paths the paths, without NUL characters
     * @param out takes the bytes; it is not closed
     * @throws IOException if writing fails
     */
    public static void write(List<String> paths, OutputStream out) throws IOException {
        for (String path : paths) {
            out.write(FileNames.encode(path + END));
        }
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @param in gives the bytes; it is read to its end and not closed
     * @return the paths
     * @throws IOException if reading fails
     */
    public static List<String> read(InputStream in) throws IOException {
        return Stream.of(FileNames.decode(in.readAllBytes()).split(END, -1))
                .filter(path -> !path.isEmpty())
                .toList();
    }

    /**
     * Removes paths; what is not there, or below something that is no directory, is none of the tree's.
     *
     * @param paths relative to the top of the tree
     * @param tree the top, on a path that nobody else can change
     * @throws IllegalArgumentException if one of them could lead out of the tree; nothing was removed
     * @throws IOException if something cannot be removed
     */
    public static void apply(List<String> paths, Path tree) throws IOException {
        check(paths);
        for (String path : paths) {
            remove(path, tree);
        }
    }

    /**
     * Checks paths.
     *
     * @param paths relative to the top of a tree
     * @throws IllegalArgumentException if one of them could lead out of the tree
     */
    public static void check(List<String> paths) {
        paths.forEach(DeletionList::check);
    }

    private static void check(String path) {
        List<String> names = List.of(path.split("/", -1));
        if (names.contains("")
                || names.contains(".")
                || names.contains("..")
                || path.indexOf('\0') >= 0
                || !FileNames.isText(path)) {
            throw new IllegalArgumentException(
                    "'" + path + "' is no path to be deleted: it must be relative and without '..'.");
        }
    }

    private static void remove(String path, Path tree) throws IOException {
        Path place = tree;
        for (String name : path.split("/", -1)) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            place = place.resolve(FileNames.path(name));
        }
        TreeRemoval.remove(place);
    }
}
