package org.sandbox4j.server;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.sandbox4j.SandboxException;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.spi.files.PrivateDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps environments on disk until they expire. Thread-safe; one store per directory.
 *
 * <p>An archive of a tenant is stored once, under a digest of the tenant and the content, in {@code objects}; {@code environments} has a line for each
 * environment with the digests of its archives. Both appear as a whole or not at all. After a crash an archive without an
 * environment may be left, which the next start removes.
 */
final class EnvironmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentStore.class);
    private static final int LONGEST_LINE = 10_000;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path objects;
    private final Path environments;
    private final DurableFiles files;
    private final Duration lifetime;
    private final long quota;
    private final Clock clock;

    // All guarded by this.
    private final Map<UUID, StoredEnvironment> known = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private long used;
    private long reserved;

    /** Thrown when there is no room for one more environment. */
    static final class FullException extends SandboxException {
        private static final long serialVersionUID = 1L;

        FullException(long quota) {
            super(
                    "quota",
                    "The saved environments and remembered answers would take more than " + quota
                            + " bytes. Delete some, wait until some expire, or raise the quota.");
        }
    }

    private EnvironmentStore(Path directory, Duration lifetime, long quota, Clock clock) throws IOException {
        objects = PrivateDirectory.make(directory.resolve("objects"));
        environments = PrivateDirectory.make(directory.resolve("environments"));
        files = new DurableFiles(directory.resolve("incoming"));
        this.lifetime = lifetime;
        this.quota = quota;
        this.clock = clock;
    }

    /** Opens a store and removes what a crash left behind. */
    static EnvironmentStore open(Path directory, Duration lifetime, long quota, Clock clock) throws IOException {
        EnvironmentStore store = new EnvironmentStore(directory, lifetime, quota, clock);
        store.recover();
        return store;
    }

    private synchronized void recover() throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(objects)) {
            for (Path object : stream) {
                sizes.put(object.getFileName().toString(), Files.size(object));
            }
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(environments)) {
            for (Path file : stream) {
                Optional<StoredEnvironment> environment = read(file);
                if (environment.isPresent()) {
                    known.put(environment.get().id(), environment.get());
                } else {
                    LOG.warn("removed '{}': it is no environment, or its archive is missing", file);
                    Files.delete(file);
                }
            }
        }
        for (String object : List.copyOf(sizes.keySet())) {
            removeIfUnused(object);
        }
        used = sizes.values().stream().mapToLong(Long::longValue).sum();
        expire();
    }

    private Optional<StoredEnvironment> read(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!isId(name) || Files.size(file) > LONGEST_LINE) {
            return Optional.empty();
        }
        return StoredEnvironment.parse(UUID.fromString(name), Files.readString(file, StandardCharsets.ISO_8859_1))
                .filter(environment -> environment.objects().allMatch(sizes::containsKey));
    }

    /** Tells whether a text is an id as environments have them: lower case, with hyphens. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Finds an environment of a tenant that has not expired, by its id as text. */
    synchronized Optional<StoredEnvironment> find(Tenant tenant, String id) {
        return isId(id)
                ? Optional.ofNullable(known.get(UUID.fromString(id)))
                        .filter(environment -> environment.owner().equals(tenant))
                        .filter(environment -> environment.expires().isAfter(clock.instant()))
                : Optional.empty();
    }

    synchronized List<StoredEnvironment> list(Tenant tenant) {
        return known.values().stream()
                .filter(environment -> environment.owner().equals(tenant))
                .filter(environment -> environment.expires().isAfter(clock.instant()))
                .sorted(Comparator.comparing(StoredEnvironment::expires).thenComparing(StoredEnvironment::id))
                .toList();
    }

    synchronized long size(String object) {
        return sizes.getOrDefault(object, 0L);
    }

    synchronized long used() {
        return used;
    }

    private synchronized long free() {
        return quota - used - reserved;
    }

    /** Takes space of the quota for something else than environments; tells whether there was so much. */
    synchronized boolean reserve(long bytes) {
        if (bytes > free()) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    /** Takes space for what is on disk already. */
    synchronized void reserveAnyway(long bytes) {
        reserved += bytes;
    }

    synchronized void release(long bytes) {
        reserved -= bytes;
    }

    synchronized int count() {
        return known.size();
    }

    /**
     * Opens what is stored under a digest; it can be read to its end even if it is removed meanwhile.
     *
     * @throws NoSuchFileException if it has been removed since its environment was found
     */
    InputStream open(String object) throws IOException {
        return Files.newInputStream(objects.resolve(object));
    }

    /** Keeps an environment of one layer under a new id. */
    StoredEnvironment save(Tenant tenant, DurableFiles.Content archive) throws IOException {
        return save(tenant, List.of(), List.of(NewLayer.of(archive)), false);
    }

    /**
     * Keeps an environment under a new id.
     *
     * @param tenant whose it is, and whose the layers below are
     * @param below layers that are stored already
     * @param above layers that are not
     * @param changed whether the last of them is what commands changed
     * @throws NoSuchFileException if a layer below has been removed meanwhile
     */
    StoredEnvironment save(Tenant tenant, List<Layer> below, List<NewLayer> above, boolean changed) throws IOException {
        List<Incoming> written = new ArrayList<>();
        List<Layer> layers = new ArrayList<>(below);
        try {
            for (NewLayer layer : above) {
                written.add(write(tenant, layer.archive()));
                String archive = written.get(written.size() - 1).digest;
                if (layer.deletions().isEmpty()) {
                    layers.add(new Layer(archive, Optional.empty()));
                } else {
                    written.add(write(tenant, out -> DeletionList.write(layer.deletions(), out)));
                    layers.add(new Layer(archive, Optional.of(written.get(written.size() - 1).digest)));
                }
            }
            return keep(
                    written,
                    new StoredEnvironment(
                            UUID.randomUUID(),
                            tenant,
                            layers,
                            changed,
                            clock.instant().plus(lifetime)));
        } finally {
            for (Incoming file : written) {
                Files.deleteIfExists(file.path);
            }
        }
    }

    /** Replaces the layers of an environment with a single one. */
    StoredEnvironment flatten(StoredEnvironment environment, DurableFiles.Content archive) throws IOException {
        Incoming written = write(environment.owner(), archive);
        try {
            Layer layer = new Layer(written.digest, Optional.empty());
            return keep(
                    List.of(written),
                    new StoredEnvironment(
                            environment.id(), environment.owner(), List.of(layer), false, environment.expires()));
        } finally {
            Files.deleteIfExists(written.path);
        }
    }

    private record Incoming(Path path, String digest, long size) {}

    private Incoming write(Tenant tenant, DurableFiles.Content content) throws IOException {
        MessageDigest digest = tenant.digest();
        long free = free();
        Path path = files.write(out -> {
            OutputStream buffered =
                    new BufferedOutputStream(new Bounded(new DigestOutputStream(out, digest), free), 1 << 16);
            content.writeTo(buffered);
            buffered.flush();
        });
        return new Incoming(path, HexFormat.of().formatHex(digest.digest()), Files.size(path));
    }

    private synchronized StoredEnvironment keep(List<Incoming> written, StoredEnvironment environment)
            throws IOException {
        expire();
        long more = written.stream()
                .filter(file -> !sizes.containsKey(file.digest))
                .mapToLong(Incoming::size)
                .sum();
        if (more > free()) {
            throw new FullException(quota);
        }
        for (Incoming file : written) {
            if (!sizes.containsKey(file.digest)) {
                DurableFiles.place(file.path, objects.resolve(file.digest));
                sizes.put(file.digest, file.size);
                used += file.size;
            }
        }
        return register(environment);
    }

    private synchronized StoredEnvironment register(StoredEnvironment environment) throws IOException {
        for (String object : environment.objects().toList()) {
            if (!sizes.containsKey(object)) {
                throw new NoSuchFileException(object);
            }
        }
        Path line = files.write(out -> out.write(environment.line().getBytes(StandardCharsets.ISO_8859_1)));
        DurableFiles.place(line, environments.resolve(environment.id().toString()));
        StoredEnvironment before = known.put(environment.id(), environment);
        if (before != null) {
            removeUnused(before);
        }
        return environment;
    }

    /** Removes an environment of a tenant; tells whether there was one. */
    synchronized boolean delete(Tenant tenant, String id) throws IOException {
        Optional<StoredEnvironment> environment = find(tenant, id);
        if (environment.isPresent()) {
            remove(environment.get());
        }
        return environment.isPresent();
    }

    private synchronized void remove(StoredEnvironment environment) throws IOException {
        known.remove(environment.id());
        Files.deleteIfExists(environments.resolve(environment.id().toString()));
        removeUnused(environment);
    }

    private synchronized void removeUnused(StoredEnvironment environment) throws IOException {
        for (String object : environment.objects().toList()) {
            removeIfUnused(object);
        }
    }

    private synchronized void removeIfUnused(String object) throws IOException {
        boolean isUsed =
                known.values().stream().flatMap(StoredEnvironment::objects).anyMatch(object::equals);
        Long size = sizes.get(object);
        if (!isUsed && size != null) {
            Files.deleteIfExists(objects.resolve(object));
            sizes.remove(object);
            used -= size;
        }
    }

    /** Removes what has expired. */
    synchronized void expire() throws IOException {
        Instant now = clock.instant();
        for (StoredEnvironment environment : List.copyOf(known.values())) {
            if (!environment.expires().isAfter(now)) {
                remove(environment);
            }
        }
    }

    private final class Bounded extends FilterOutputStream {
        private long left;

        Bounded(OutputStream out, long left) {
            super(out);
            this.left = left;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            left -= length;
            if (left < 0) {
                throw new FullException(quota);
            }
            out.write(bytes, offset, length);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new SandboxException("digest", "Every JDK has SHA-256, but this one has not.", e);
        }
    }
}
