package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/** Walks a tree and writes its members. */
final class TreeArchiver {
    private final Path root;
    private final ArchiveLimits limits;
    private final boolean skipSpecial;
    private final boolean anyNames;
    private final Predicate<String> selection;
    private final TarArchiveOutputStream tar;
    private final Map<Object, String> linked = new HashMap<>();
    private final byte[] buffer = new byte[64 << 10];
    private long entries;
    private long bytes;

    TreeArchiver(
            Path root,
            OutputStream out,
            ArchiveLimits limits,
            boolean skipSpecial,
            boolean anyNames,
            Predicate<String> selection) {
        this.root = root;
        this.limits = limits;
        this.skipSpecial = skipSpecial;
        this.anyNames = anyNames;
        this.selection = selection;
        tar = new TarArchiveOutputStream(out, TarGate.RECORD, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    ArchiveSummary archive() throws IOException {
        try (TreeDirectory top = TreeDirectory.open(root)) {
            walk(top, root, "");
        }
        tar.finish();
        return new ArchiveSummary(entries, bytes);
    }

    private void walk(TreeDirectory directory, Path path, String prefix) throws IOException {
        List<String> names = directory.names(name -> text(name, prefix));
        Collections.sort(names);
        for (String text : names) {
            Path name = FileNames.path(text);
            PosixFileAttributes found = directory
                    .attributes(name)
                    .orElseThrow(() -> changed(prefix + text, "it vanished while the tree was read."));
            visit(directory, path.resolve(name), prefix + text, found);
        }
    }

    private String text(Path name, String prefix) {
        String text = FileNames.text(name);
        if (!anyNames && !FileNames.isUtf8(text)) {
            throw ArchiveException.at(prefix + text, Problem.NAME, "bytes that are no UTF-8 in its name.");
        }
        return text;
    }

    private void visit(TreeDirectory in, Path path, String member, PosixFileAttributes found) throws IOException {
        boolean selected = selection.test(member);
        MemberName.parse(member, limits);
        if (found.isDirectory()) {
            if (selected) {
                put(header(member + "/", TarConstants.LF_DIR, found));
                tar.closeArchiveEntry();
            }
            try (TreeDirectory inner = in.enter(path.getFileName())) {
                walk(inner, path, member + "/");
            }
        } else if (selected) {
            leaf(in, path, member, found);
        }
    }

    private void leaf(TreeDirectory in, Path path, String member, PosixFileAttributes found) throws IOException {
        if (found.isSymbolicLink()) {
            symbolicLink(path, member, found);
        } else if (found.isRegularFile()) {
            String first = firstName(path, member, found);
            if (first == null) {
                file(in, path.getFileName(), member, found);
            } else {
                link(member, TarConstants.LF_LINK, first, found);
            }
        } else if (!skipSpecial) {
            throw ArchiveException.at(
                    member, Problem.TYPE, "it is a socket, fifo or device. Remove it, or have such files skipped.");
        }
    }

    /** The JDK reads links by path alone. If the path was swapped meanwhile, the archive has a wrong link, and no harm done. */
    private void symbolicLink(Path path, String member, PosixFileAttributes found) throws IOException {
        String text = FileNames.text(Files.readSymbolicLink(path));
        if (!anyNames && !FileNames.isUtf8(text)) {
            throw ArchiveException.at(member, Problem.NAME, "bytes that are no UTF-8 in its target.");
        }
        MemberName.checkLinkText(member, text, limits);
        link(member, TarConstants.LF_SYMLINK, text, found);
    }

    private void link(String member, byte kind, String text, PosixFileAttributes found) throws IOException {
        TarArchiveEntry entry = header(member, kind, found);
        entry.setLinkName(OwnHeaders.standardName(text));
        OwnHeaders.addLinkPath(entry, text);
        put(entry);
        tar.closeArchiveEntry();
    }

    /** The member that has the same file, or null. The number of names is read by path, where a wrong one does no harm. */
    private @Nullable String firstName(Path path, String member, PosixFileAttributes found) throws IOException {
        boolean several = (Integer) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
        return several ? linked.putIfAbsent(found.fileKey(), member) : null;
    }

    private void file(TreeDirectory in, Path name, String member, PosixFileAttributes found) throws IOException {
        TarArchiveEntry entry = header(member, TarConstants.LF_NORMAL, found);
        entry.setSize(found.size());
        if (found.size() > limits.maxBytes() - bytes) {
            throw ArchiveException.at(
                    member, Problem.LIMIT, "with it the tree holds more than " + limits.maxBytes() + " bytes.");
        }
        bytes += found.size();
        put(entry);
        try (SeekableByteChannel channel = in.read(name)) {
            copy(channel, found.size(), member);
        }
        tar.closeArchiveEntry();
        checkUnchanged(found, in.attributes(name).orElse(null), member);
    }

    private void copy(SeekableByteChannel channel, long size, String member) throws IOException {
        for (long left = size; left > 0; ) {
            int read = channel.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
            if (read < 0) {
                throw changed(member, "it became shorter while it was read.");
            }
            tar.write(buffer, 0, read);
            left -= read;
        }
    }

    private static void checkUnchanged(PosixFileAttributes before, @Nullable PosixFileAttributes after, String member) {
        if (after == null
                || !after.fileKey().equals(before.fileKey())
                || after.size() != before.size()
                || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw changed(member, "it changed while it was read.");
        }
    }

    private static ArchiveException changed(String member, String what) {
        return new ArchiveException(
                Problem.CHANGED, "Cannot archive '" + MemberName.printable(member) + "': " + what + " Try again.");
    }

    private void put(TarArchiveEntry entry) throws IOException {
        if (++entries > limits.maxEntries()) {
            throw new ArchiveException(
                    Problem.LIMIT, "The tree has more than " + limits.maxEntries() + " files and directories.");
        }
        tar.putArchiveEntry(entry);
    }

    private static TarArchiveEntry header(String member, byte kind, PosixFileAttributes found) {
        TarArchiveEntry entry = new TarArchiveEntry(OwnHeaders.standardName(member), kind);
        OwnHeaders.addPath(entry, member);
        entry.setMode(Permissions.mode(found.permissions()));
        entry.setLastModifiedTime(found.lastModifiedTime());
        entry.setIds(0, 0);
        entry.setNames("", ""); // By default, the name of this JVM's user.
        return entry;
    }
}
