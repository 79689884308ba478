package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.spi.files.TreeRemoval;

/**
 * A directory of ours beside the target, in which a tree grows, and which nobody else can enter. The JDK makes directories
 * and links by path alone: they are made in the nursery here, whose path is ours, and moved into the tree relative to a
 * handle.
 */
final class FreshPlace implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Path TREE = Path.of("tree");
    private static final Path NEWBORN = Path.of("new");
    private static final Path LINKED = Path.of("linked");

    private final Path target;
    private final Path path;
    private final TreeDirectory parent;
    private final TreeDirectory handle;
    private final TreeDirectory nursery;

    private FreshPlace(Path target, Path path) throws IOException {
        this.target = target;
        this.path = path;
        Files.createDirectory(path.resolve(TREE), PosixFilePermissions.asFileAttribute(OWNER));
        Files.createDirectory(nurseryPath());
        parent = TreeDirectory.open(path.resolveSibling("."));
        handle = parent.enter(path.getFileName());
        nursery = handle.enter(nurseryPath().getFileName());
    }

    static FreshPlace beside(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(absolute.toString());
        }
        Path path = Files.createTempDirectory(absolute.resolveSibling("."), ".extract-");
        try {
            return new FreshPlace(absolute, path);
        } catch (IOException e) {
            TreeRemoval.remove(path);
            throw e;
        }
    }

    private Path nurseryPath() {
        return path.resolve("nursery");
    }

    Path path() {
        return path;
    }

    TreeDirectory tree() throws IOException {
        return handle.enter(TREE);
    }

    void makeDirectory(TreeDirectory in, Path name, Set<PosixFilePermission> permissions) throws IOException {
        Path newborn = Files.createDirectory(nurseryPath().resolve(NEWBORN));
        Files.setPosixFilePermissions(newborn, permissions);
        nursery.move(NEWBORN, in, name);
    }

    void makeSymbolicLink(TreeDirectory in, Path name, Path text) throws IOException {
        Files.createSymbolicLink(nurseryPath().resolve(NEWBORN), text);
        nursery.move(NEWBORN, in, name);
    }

    /** Gives a file of the tree a second name. The file visits the nursery meanwhile, where its path is known. */
    void makeHardLink(TreeDirectory from, Path file, TreeDirectory to, Path name, String member) throws IOException {
        from.move(file, nursery, LINKED);
        if (!nursery.attributes(LINKED).orElseThrow().isRegularFile()) {
            throw ArchiveException.at(member, Problem.LINK, "it is a hard link to something else than a file.");
        }
        Files.createLink(nurseryPath().resolve(NEWBORN), nurseryPath().resolve(LINKED));
        nursery.move(LINKED, from, file);
        nursery.move(NEWBORN, to, name);
    }

    /** Puts the finished tree in its place. A directory that appeared there meanwhile makes it fail, unless it is empty. */
    void publish() throws IOException {
        try (TreeDirectory tree = tree()) {
            tree.setPermissions(PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        handle.move(TREE, parent, target.getFileName());
    }

    @Override
    public void close() throws IOException {
        try (parent) {
            try (handle) {
                nursery.close();
            }
            TreeRemoval.remove(path);
        }
    }
}
