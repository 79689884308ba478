package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a tree of files: for each file its type, mode, owner, size, modification time, extended attributes of the
 * user, and a hash of its content or the target of the link. Links are not followed.
 */
public final class TreeSnapshot {
    private final Path top;
    private final SortedMap<String, String> files;
    private final Set<String> ignored = new HashSet<>();
    private final Set<String> timeless = new HashSet<>();

    private TreeSnapshot(Path top, SortedMap<String, String> files) {
        this.top = top;
        this.files = files;
    }

    /**
     * Records a tree.
     *
     * @param top its top
     * @return the record
     */
    public static TreeSnapshot of(Path top) {
        return new TreeSnapshot(top, record(top));
    }

    /**
     * Returns what was recorded of one file.
     *
     * @param path a path below the top that starts with a slash; {@code /} is the top
     * @return type and values in words, {@code "missing"} if there was no such file
     */
    public String describe(String path) {
        return files.getOrDefault(path, "missing");
    }

    /**
     * Leaves directories, with all that is in them, out of the comparison.
     *
     * @param paths paths below the top that start with a slash
     * @return this record
     */
    public TreeSnapshot ignoring(String... paths) {
        ignored.addAll(List.of(paths));
        return this;
    }

    /**
     * Leaves the modification times of directories out of the comparison, for those in which something may come and go.
     *
     * @param paths paths below the top that start with a slash; {@code /} is the top
     * @return this record
     */
    public TreeSnapshot ignoringTimesOf(String... paths) {
        timeless.addAll(List.of(paths));
        return this;
    }

    /**
     * Compares the tree as it is now with this record.
     *
     * @return a line for each difference, empty if there is none
     */
    public List<String> changes() {
        SortedMap<String, String> now = record(top);
        Set<String> paths = new TreeSet<>(files.keySet());
        paths.addAll(now.keySet());
        List<String> changes = new ArrayList<>();
        for (String path : paths) {
            String before = files.get(path);
            String after = now.get(path);
            if (isIgnored(path)) {
                continue;
            }
            if (before == null) {
                changes.add("made " + path + ": " + after);
            } else if (after == null) {
                changes.add("removed " + path + ": " + before);
            } else if (!comparable(path, before).equals(comparable(path, after))) {
                changes.add("changed " + path + ": " + before + " became " + after);
            }
        }
        return changes;
    }

    private boolean isIgnored(String path) {
        return ignored.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    private String comparable(String path, String description) {
        return timeless.contains(path)
                ? description.replaceFirst("modified \\S+", "modified at some time")
                : description;
    }

    private static SortedMap<String, String> record(Path top) {
        SortedMap<String, String> files = new TreeMap<>();
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    return visitFile(directory, attributes);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    files.put("/" + top.relativize(file), describe(file, attributes));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    files.put(
                            "/" + top.relativize(file),
                            "unreadable (" + e.getClass().getSimpleName() + ")");
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot record " + top, e);
        }
        return files;
    }

    private static String describe(Path file, BasicFileAttributes attributes) throws IOException {
        Map<String, Object> unix = Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        String owned = String.format(
                "mode %06o, owner %s:%s, modified %s, ",
                (Integer) unix.get("mode"), unix.get("uid"), unix.get("gid"), attributes.lastModifiedTime());
        if (attributes.isSymbolicLink()) {
            return owned + "link to " + Files.readSymbolicLink(file);
        }
        String content = attributes.isRegularFile() ? attributes.size() + " bytes, hash " + hash(file) : "no content";
        return owned + content + extendedAttributes(file, attributes);
    }

    /** Of those, a JVM reads the user's, which only files and directories have, xattr(7). */
    private static String extendedAttributes(Path file, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile() && !attributes.isDirectory()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        try {
            UserDefinedFileAttributeView view =
                    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            for (String name : new TreeSet<>(view.list())) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                text.append(", ").append(name).append('=').append(HexFormat.of().formatHex(value.array()));
            }
        } catch (IOException e) {
            return ", attributes unreadable";
        }
        return text.toString();
    }

    private static String hash(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
