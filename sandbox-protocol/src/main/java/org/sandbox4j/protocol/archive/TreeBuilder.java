package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/** Places members in a fresh tree. The tree itself is what is remembered of them, so that there can be many. */
final class TreeBuilder implements AutoCloseable {
    /** Tells a directory that a member has described from one that was only on the way, until all is finished. */
    private static final Set<PosixFilePermission> DESCRIBED = PosixFilePermissions.fromString("rwx--x--x");

    private final FreshPlace place;
    private final ArchiveLimits limits;
    private final TreeCursor cursor;
    private final DirectoryAttributes directories;
    private final byte[] buffer = new byte[64 << 10];
    private boolean topDescribed;

    TreeBuilder(FreshPlace place, ArchiveLimits limits) throws IOException {
        this.place = place;
        this.limits = limits;
        cursor = new TreeCursor(place);
        directories = new DirectoryAttributes(place.path().resolve("directories"));
    }

    void place(Member member, InputStream content) throws IOException {
        if (member.name().isTop()) {
            top();
            return;
        }
        switch (member.kind()) {
            case FILE -> file(member, content);
            case DIRECTORY -> directory(member);
            case SYMBOLIC_LINK -> {
                TreeDirectory parent = free(member);
                place.makeSymbolicLink(parent, last(member), FileNames.path(member.linkText()));
            }
            case HARD_LINK -> hardLink(member);
            case SPECIAL -> throw new IllegalArgumentException("Not for a tree: " + member);
        }
    }

    /** The directory itself is the caller's, whatever an archive says about it. */
    private void top() {
        if (topDescribed) {
            throw ArchiveException.at(".", Problem.DUPLICATE, "the top occurs twice.");
        }
        topDescribed = true;
    }

    private void file(Member member, InputStream content) throws IOException {
        TreeDirectory parent = free(member);
        try (SeekableByteChannel channel = parent.create(last(member))) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
        }
        parent.finish(last(member), member.modified(), Permissions.of(member.mode()));
    }

    private void directory(Member member) throws IOException {
        String text = member.name().text();
        TreeDirectory parent = cursor.go(member.name().parents(), text);
        Optional<PosixFileAttributes> found = parent.attributes(last(member));
        if (found.isPresent() && !found.get().isDirectory()) {
            throw ArchiveException.at(text, Problem.TYPE, "it was no directory before.");
        }
        if (found.isPresent() && found.get().permissions().equals(DESCRIBED)) {
            throw ArchiveException.at(text, Problem.DUPLICATE, "it occurs twice.");
        }
        cursor.go(member.name().names(), text).setPermissions(DESCRIBED);
        directories.add(text, member.mode(), member.modified());
    }

    private void hardLink(Member member) throws IOException {
        String text = member.name().text();
        MemberName target = MemberName.parse(member.linkText(), limits);
        TreeDirectory parent = free(member);
        if (target.isTop()) {
            throw ArchiveException.at(text, Problem.LINK, "it is a hard link to the top.");
        }
        // A cursor of its own, because the other one's handle is needed at the same time.
        try (TreeCursor other = new TreeCursor(place)) {
            TreeDirectory from = other.go(target.parents(), text);
            if (!from.attributes(FileNames.path(target.last()))
                    .map(found -> found.isRegularFile())
                    .orElse(false)) {
                throw ArchiveException.at(text, Problem.LINK, "what it is a hard link to is no file of the archive.");
            }
            place.makeHardLink(from, FileNames.path(target.last()), parent, last(member), text);
        }
    }

    /** The directory of a member whose name must not be taken. */
    private TreeDirectory free(Member member) throws IOException {
        String text = member.name().text();
        TreeDirectory parent = cursor.go(member.name().parents(), text);
        Optional<PosixFileAttributes> found = parent.attributes(last(member));
        if (found.isPresent()) {
            boolean directory = found.get().isDirectory();
            throw ArchiveException.at(
                    text,
                    directory ? Problem.TYPE : Problem.DUPLICATE,
                    directory ? "it was a directory before." : "it occurs twice.");
        }
        return parent;
    }

    /** Gives directories their modes and times. Nothing can be placed afterwards. */
    void finish() throws IOException {
        directories.visitBackwards(this::finishDirectory);
    }

    private void finishDirectory(String directory, int mode, FileTime modified) throws IOException {
        cursor.go(MemberName.parse(directory, limits).names(), directory).finish(modified, Permissions.of(mode));
    }

    private static Path last(Member member) {
        return FileNames.path(member.name().last());
    }

    @Override
    public void close() throws IOException {
        try (directories) {
            cursor.close();
        }
    }
}
