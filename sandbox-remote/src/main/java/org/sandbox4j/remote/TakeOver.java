package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.protocol.tree.FileNames;
import org.sandbox4j.protocol.tree.Trees;

/**
 * Applies changes to the root, all or nothing also when the JVM is killed: from the moment at which a journal stands in the scratch
 * directory, they are completed, if not now, then when the sandbox is opened again. Each step can be repeated.
 */
final class TakeOver {
    /** Stands there until everything is removed that the changes remove. */
    private static final String FIRST = "take-over";

    /** Stands there until the changes are in their places. */
    private static final String SECOND = "take-over-deleted";

    /** What trees of changes are called in the scratch directory. */
    private static final Pattern TREE = Pattern.compile("changes-[0-9]+");

    private final Path root;
    private final Path scratch;
    private final Path tree;
    private final List<Directory> directories;
    private final List<String> deleted;

    /** A directory of the changes as it is to be in the end; moving things changes times. */
    private record Directory(String path, String permissions, Instant modified) {}

    private TakeOver(Path root, Path scratch, Path tree, List<Directory> directories, List<String> deleted) {
        this.root = root;
        this.scratch = scratch;
        this.tree = tree;
        this.directories = directories;
        this.deleted = deleted;
    }

    /**
     * Applies changes.
     *
     * @param root the tree to change
     * @param scratch a directory on its file system, with nothing of another take-over
     * @param tree what is to be laid over the root, a directory in the scratch directory, or missing if there is nothing; it is used up
     * @param deleted paths to remove before
     * @throws IllegalArgumentException if a path could lead out of the tree; nothing was changed
     * @throws IOException if it fails; opening the sandbox again completes it
     */
    static void apply(Path root, Path scratch, Path tree, List<String> deleted) throws IOException {
        DeletionList.check(deleted);
        TakeOver one = new TakeOver(root, scratch, tree, directories(tree), deleted);
        Path draft = scratch.resolve(FIRST + "-draft");
        Files.write(draft, one.journal());
        Files.move(draft, scratch.resolve(FIRST), StandardCopyOption.ATOMIC_MOVE);
        one.complete();
    }

    /** Tells whether changes are begun and not complete. */
    static boolean isPending(Path scratch) {
        return journal(scratch).isPresent();
    }

    private static Optional<Path> journal(Path scratch) {
        return List.of(FIRST, SECOND).stream()
                .map(scratch::resolve)
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    /**
     * Completes what was begun, if anything.
     *
     * @throws SandboxSetupException if it cannot be
     */
    static void resume(Path root, Path scratch) {
        try {
            Optional<Path> journal = journal(scratch);
            if (journal.isPresent()) {
                read(root, scratch, Files.readAllBytes(journal.get())).complete();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new SandboxSetupException(
                    "Changes of an earlier run on a server, which was killed, cannot be completed from '" + scratch
                            + "': " + e
                            + ". Make the root writable, or remove that directory and stage the root again.",
                    e);
        }
    }

    private void complete() throws IOException {
        Path first = scratch.resolve(FIRST);
        Path second = scratch.resolve(SECOND);
        if (Files.exists(first)) {
            DeletionList.apply(deleted, root);
            Files.move(first, second, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Trees.lay(tree, root, true);
        }
        for (Directory directory : directories) {
            Path place = directory(directory.path);
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(directory.permissions));
            Files.setLastModifiedTime(place, FileTime.from(directory.modified));
        }
        Files.delete(second);
    }

    /** A directory of the root; a link on the way to it is not followed. */
    private Path directory(String path) throws IOException {
        Path place = root;
        for (String name : path.split("/", -1)) {
            place = place.resolve(FileNames.path(name));
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(place.toString());
            }
        }
        return place;
    }

    /** The deepest first. */
    private static List<Directory> directories(Path tree) throws IOException {
        List<Directory> directories = new ArrayList<>();
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            return directories;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!directory.equals(tree)) {
                    directories.add(new Directory(
                            FileNames.text(tree.relativize(directory)),
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)),
                            Files.getLastModifiedTime(directory).toInstant()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return directories;
    }

    /** Texts, each with a NUL at its end: the tree, the number of directories, three for each of them, and the deleted paths. */
    private byte[] journal() throws IOException {
        List<String> texts = new ArrayList<>();
        texts.add(String.valueOf(tree.getFileName()));
        texts.add(String.valueOf(directories.size()));
        for (Directory directory : directories) {
            texts.addAll(List.of(directory.path, directory.permissions, directory.modified.toString()));
        }
        texts.addAll(deleted);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeletionList.write(texts, bytes);
        return bytes.toByteArray();
    }

    private static TakeOver read(Path root, Path scratch, byte[] journal) throws IOException {
        List<String> texts = DeletionList.read(new ByteArrayInputStream(journal));
        int count = Integer.parseInt(texts.get(1));
        List<Directory> directories = new ArrayList<>();
        for (int i = 2; i < 2 + 3 * count; i += 3) {
            directories.add(new Directory(texts.get(i), texts.get(i + 1), Instant.parse(texts.get(i + 2))));
        }
        if (!TREE.matcher(texts.get(0)).matches()) {
            throw new IllegalArgumentException("'" + texts.get(0) + "' is no tree of changes");
        }
        List<String> deleted = texts.subList(2 + 3 * count, texts.size());
        DeletionList.check(directories.stream().map(Directory::path).toList());
        DeletionList.check(deleted);
        return new TakeOver(root, scratch, scratch.resolve(texts.get(0)), directories, deleted);
    }
}
