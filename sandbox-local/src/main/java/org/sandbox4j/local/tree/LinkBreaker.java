package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/**
 * Gives a tree files of its own in place of those that are hard-linked from outside, so that nothing that happens in the tree
 * reaches a cache. Content, mode, owner, times, extended attributes, and the links among the tree's own names stay as they
 * are. Copies are made in a nursery on the same file system and moved over the names, each in one step, so a crash at any
 * moment leaves a tree that reads the same.
 */
final class LinkBreaker {
    private static final int BLOCK = 64 * 1024;

    private final Path root;
    private final Path nursery;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

    LinkBreaker(Path root, Path nursery) {
        this.root = root;
        this.nursery = nursery;
    }

    /** Returns how many files were copied. */
    int breakLinks(String directory) throws IOException {
        var linked = HardLinks.fromOutside(root, TreePath.onHost(root, directory));
        for (HardLinks.LinkedFile file : linked) {
            replace(file);
        }
        return linked.size();
    }

    private void replace(HardLinks.LinkedFile file) throws IOException {
        Path copy = Files.createTempFile(nursery, "copy-", "");
        try {
            copy(file.names().get(0), copy);
            for (Path name : file.names()) {
                Path link = nursery.resolve(copy.getFileName() + ".link");
                Files.createLink(link, copy);
                moveOver(link, name);
            }
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private void copy(Path source, Path copy) throws IOException {
        BasicFileAttributes attributes;
        try (DirectoryHandle parent = DirectoryHandle.parentOf(root, source);
                SeekableByteChannel from = parent.read(source.getFileName());
                SeekableByteChannel to = Files.newByteChannel(copy, StandardOpenOption.WRITE)) {
            attributes = parent.attributes(source.getFileName())
                    .orElseThrow(() -> new java.nio.file.NoSuchFileException(source.toString()));
            copyContent(from, to);
        }
        copyExtendedAttributes(source, copy);
        copyOwner(source, copy);
        // After the owner, since chown(2) clears the set-id bits.
        Files.setAttribute(copy, "unix:mode", FileModes.mode(source));
        Files.getFileAttributeView(
                        copy, java.nio.file.attribute.BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), null);
    }

    /** Blocks of zeros become holes. */
    private void copyContent(SeekableByteChannel from, SeekableByteChannel to) throws IOException {
        long size = 0;
        boolean hole = false;
        for (block.clear(); from.read(block) >= 0; block.clear()) {
            block.flip();
            hole = isZero(block);
            if (!hole) {
                to.position(size);
                writeAll(to);
            }
            size += block.limit();
        }
        if (hole) {
            to.position(size - 1);
            block.clear().put(0, (byte) 0).limit(1);
            writeAll(to);
        }
    }

    private void writeAll(SeekableByteChannel to) throws IOException {
        while (block.hasRemaining()) {
            to.write(block);
        }
    }

    private static boolean isZero(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return bytes.limit() > 0;
    }

    private static void copyOwner(Path source, Path copy) throws IOException {
        int owner = FileModes.owner(source);
        int group = FileModes.group(source);
        if (owner != FileModes.owner(copy)) {
            Files.setAttribute(copy, "unix:uid", owner);
        }
        if (group != FileModes.group(copy)) {
            Files.setAttribute(copy, "unix:gid", group);
        }
    }

    private static void copyExtendedAttributes(Path source, Path copy) throws IOException {
        UserDefinedFileAttributeView from =
                Files.getFileAttributeView(source, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        UserDefinedFileAttributeView to = Files.getFileAttributeView(copy, UserDefinedFileAttributeView.class);
        if (from == null || to == null) {
            return;
        }
        for (String name : from.list()) {
            ByteBuffer value = ByteBuffer.allocate(from.size(name));
            from.read(name, value);
            to.write(name, value.flip());
        }
    }

    /** The directory's own times stay: for commands nothing has happened in it. */
    private void moveOver(Path link, Path name) throws IOException {
        try (DirectoryHandle parent = DirectoryHandle.parentOf(root, name)) {
            parent.moveInKeepingTimes(nursery, link.getFileName(), name.getFileName());
        } finally {
            Files.deleteIfExists(link);
        }
    }
}
