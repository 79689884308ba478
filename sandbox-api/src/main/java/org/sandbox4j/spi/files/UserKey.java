package org.sandbox4j.spi.files;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret of this user, by which JVMs recognise what an earlier one has made. It is made when it is first needed, in the first
 * of some places that nobody else can write. Where there is none, a JVM recognises only what it has made itself.
 */
final class UserKey {
    /** Names the directory of the key. */
    static final String PROPERTY = "sandbox4j.state";

    private static final int BYTES = 32;
    private static final String NAME = "key";

    /** strerror(3) of EMFILE. */
    private static final String NO_DESCRIPTORS = "Too many open files";

    private UserKey() {}

    private static byte @Nullable [] known;

    /**
     * Returns the key.
     *
     * @throws IOException if there is one, perhaps, but no descriptor to read it
     */
    static synchronized byte[] get() throws IOException {
        byte[] key = known;
        if (key == null) {
            Map<String, String> properties = Map.of(
                    PROPERTY, System.getProperty(PROPERTY, ""), "user.home", System.getProperty("user.home", ""));
            key = findOrMake(places(properties, System.getenv())).orElseGet(UserKey::random);
            known = key;
        }
        return key;
    }

    /**
     * Returns the places of the key, the best first.
     *
     * @param properties of the system
     * @param environment of this process
     */
    static List<Path> places(Map<String, String> properties, Map<String, String> environment) {
        String named = properties.getOrDefault(PROPERTY, "");
        if (!named.isEmpty()) {
            return List.of(Path.of(named).toAbsolutePath());
        }
        List<Path> places = new ArrayList<>();
        absolute(environment.getOrDefault("XDG_STATE_HOME", ""))
                .ifPresent(state -> places.add(state.resolve("sandbox4j")));
        // The JDK takes it from the user database, so that after sudo(8) it is not another user's.
        absolute(properties.getOrDefault("user.home", ""))
                .ifPresent(home -> places.add(home.resolve(".local/state/sandbox4j")));
        places.add(Path.of("/var/tmp/sandbox4j-" + Integer.toUnsignedString(CurrentUser.uid())));
        return places;
    }

    private static Optional<Path> absolute(String path) {
        return path.startsWith("/") && path.length() > 1 ? Optional.of(Path.of(path)) : Optional.empty();
    }

    /** Returns the key of the first place that is fit for one. */
    static Optional<byte[]> findOrMake(List<Path> places) throws IOException {
        for (Path place : places) {
            try {
                Optional<byte[]> key = isFit(place) ? readOrMake(place) : Optional.empty();
                if (key.isPresent()) {
                    return key;
                }
            } catch (IOException | RuntimeException e) {
                // The next place may do: a home directory can be read-only, or on a file system without owners.
                if (String.valueOf(e.getMessage()).contains(NO_DESCRIPTORS)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    /** Makes the directory if it can be made where only this user writes, and looks whether it, too, is private. */
    private static boolean isFit(Path place) throws IOException {
        Path existing = place;
        while (existing.getParent() != null && FileStatus.ifThere(existing).isEmpty()) {
            existing = existing.getParent();
        }
        FileStatus above = FileStatus.of(existing.toRealPath());
        boolean sharedAndSticky = above.isWritableForEverybody() && above.isSticky();
        if (!existing.equals(place) && !(sharedAndSticky || (above.isMine() && !above.isWritableForEverybody()))) {
            return false;
        }
        Files.createDirectories(
                place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileStatus made = FileStatus.of(place);
        return made.isDirectory() && made.isMine() && !made.isOpenToOthers() && Surroundings.areSafe(place);
    }

    private static Optional<byte[]> read(Path place) throws IOException {
        Path file = place.resolve(NAME);
        Optional<FileStatus> status = FileStatus.ifThere(file);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        FileStatus found = status.get();
        if (!found.isRegularFile() || !found.isMine() || found.isOpenToOthers() || found.size() != BYTES) {
            throw new IOException("'" + file + "' is no key of this user's");
        }
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return Optional.of(in.readNBytes(BYTES));
        }
    }

    /** Of several JVMs that make it at once, the first to give it its name wins, and the others take that one. */
    private static Optional<byte[]> readOrMake(Path place) throws IOException {
        Optional<byte[]> key = read(place);
        if (key.isPresent()) {
            return key;
        }
        Path draft = place.resolve(NAME + "-" + UUID.randomUUID());
        try {
            write(draft, random());
            Files.createLink(place.resolve(NAME), draft);
        } catch (FileAlreadyExistsException e) {
            // Another JVM was faster.
        } finally {
            Files.deleteIfExists(draft);
        }
        return read(place);
    }

    /** To disk before it has its name, or a power failure could leave an empty key. */
    private static void write(Path file, byte[] key) throws IOException {
        OwnedFile.makeNew(file);
        // A plain stream: an interrupt of the calling thread would close a channel.
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(key);
            out.getFD().sync();
        }
    }

    private static byte[] random() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
