package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.sandbox4j.protocol.tree.FileNames;

/** Digests of the files of a tree, so that a file that was staged again is not sent again. Immutable. */
final class KnownContents {
    /** Nothing is known. */
    static final KnownContents NONE = new KnownContents(Map.of());

    private final Map<String, byte[]> digests;

    private KnownContents(Map<String, byte[]> digests) {
        this.digests = digests;
    }

    /**
     * Returns what is known after some files have changed.
     *
     * @param root the top of the tree
     * @param paths what has changed; what is no file any more is forgotten
     * @throws IOException if a file cannot be read
     */
    KnownContents with(Path root, Collection<String> paths) throws IOException {
        Map<String, byte[]> changed = new HashMap<>(digests);
        for (String path : paths) {
            Path file = root.resolve(FileNames.path(path));
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                changed.put(path, digest(file));
            } else {
                changed.remove(path);
            }
        }
        return new KnownContents(changed);
    }

    /**
     * Tells whether a file has the content that is known.
     *
     * @throws IOException if it cannot be read
     */
    boolean isSame(Path root, String path) throws IOException {
        byte[] known = digests.get(path);
        return known != null && MessageDigest.isEqual(known, digest(root.resolve(FileNames.path(path))));
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[128 << 10];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
