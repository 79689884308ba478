package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.archive.ArchiveExtractor;
import org.sandbox4j.protocol.archive.ArchiveLimits;
import org.sandbox4j.protocol.archive.ArchiveWriter;
import org.sandbox4j.protocol.tree.FileNames;
import org.sandbox4j.protocol.tree.TreeSnapshot;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.files.OwnedDirectory;
import org.sandbox4j.spi.files.SandboxDirectories;
import org.sandbox4j.spi.files.TreeRemoval;

/**
 * The root here and its counterpart on the server. What a run has changed is taken over when it ends, whether or not others go
 * on meanwhile: the server's tree that is known best, and what the root was like then, make the base that the root is compared
 * with before the next run. Thread-safe.
 */
final class RemoteTree {
    private static final Duration DELETED_WITHIN = Duration.ofSeconds(5);

    private final Path root;
    private final OwnedDirectory owned;
    private final Path scratch;
    private final SavedTrees server;
    private final long uploadBytes;
    // Guarded by this.
    private final Map<UUID, Integer> users = new HashMap<>();
    private final Set<UUID> retired = new HashSet<>();
    private @Nullable Base base;
    private long numbers;

    /** A tree of the server, and a root that is equal to it. */
    private record Base(UUID environment, TreeSnapshot snapshot, KnownContents contents) {
        /** What was staged again as it was counts as unchanged. */
        Base without(Set<String> lookalikes, Path root) throws IOException {
            Set<String> same = new HashSet<>();
            for (String path : lookalikes) {
                if (contents.isSame(root, path)) {
                    same.add(path);
                }
            }
            return same.isEmpty() ? this : new Base(environment, snapshot.withChanged(same), contents);
        }
    }

    /**
     * What a run starts from.
     *
     * @param base what it builds upon, if anything
     * @param snapshot what the root is like
     * @param contents what is in its files
     * @param deleted what is to be removed from the base
     * @param upload what is to be laid over it; to be deleted once it has been sent
     */
    record Start(
            Optional<Base> base,
            TreeSnapshot snapshot,
            KnownContents contents,
            List<String> deleted,
            Optional<Path> upload) {
        Optional<UUID> environment() {
            return base.map(Base::environment);
        }

        boolean isUnchanged() {
            return base.isPresent() && deleted.isEmpty() && upload.isEmpty();
        }
    }

    RemoteTree(Path root, OwnedDirectory scratch, SavedTrees server, long uploadBytes) {
        this.root = root;
        this.owned = scratch;
        this.scratch = scratch.path();
        this.server = server;
        this.uploadBytes = uploadBytes;
    }

    Path root() {
        return root;
    }

    /**
     * Makes ready for a run.
     *
     * @throws SandboxSetupException if the root cannot be read
     * @throws SandboxUnsupportedException if it is too large
     * @throws org.sandbox4j.protocol.archive.ArchiveException if it has what archives cannot hold
     */
    synchronized Start start() {
        TakeOver.resume(root, scratch);
        try {
            TreeSnapshot now = TreeSnapshot.of(root);
            Base known = base;
            if (known == null) {
                KnownContents contents = KnownContents.NONE.with(root, now.files());
                return new Start(Optional.empty(), now, contents, List.of(), Optional.of(archive(server.writer())));
            }
            known = known.without(known.snapshot.lookalikes(now), root);
            base = known;
            TreeSnapshot.Difference difference = known.snapshot.until(now);
            KnownContents contents = known.contents.with(root, difference.changed());
            Optional<Path> upload = difference.changed().isEmpty()
                    ? Optional.empty()
                    : Optional.of(archive(server.writer().selecting(difference.changedWithParents()::contains)));
            users.merge(known.environment, 1, Integer::sum);
            return new Start(Optional.of(known), now, contents, difference.deleted(), upload);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot read the root '" + root + "' to send it to the server: " + e
                            + ". All of it must be readable, and stay as it is meanwhile.",
                    e);
        }
    }

    private Path archive(ArchiveWriter writer) throws IOException {
        Path archive = scratch.resolve("upload-" + ++numbers + ".tgz");
        boolean complete = false;
        try (OutputStream out = Files.newOutputStream(archive)) {
            writer.write(root, out);
            complete = true;
        } finally {
            if (!complete) {
                Files.deleteIfExists(archive);
            }
        }
        long size = Files.size(archive);
        if (size > uploadBytes) {
            Files.delete(archive);
            throw new SandboxUnsupportedException(
                    "The root has " + size + " bytes as a compressed archive; the server takes " + uploadBytes
                            + ". Remove what is not needed, or let the server take more.");
        }
        return archive;
    }

    /** The run has ended, or never began; its base may go if nobody else uses it. */
    synchronized void end(Start start) {
        start.environment().ifPresent(id -> {
            if (users.merge(id, -1, Integer::sum) == 0) {
                users.remove(id);
                if (retired.remove(id)) {
                    delete(id);
                }
            }
        });
    }

    /** The server does not have the base of a run any more. */
    synchronized void forget(Start start) {
        if (base != null && start.environment().filter(base.environment::equals).isPresent()) {
            base = null;
        }
    }

    /** Leaves what a run has changed where it is. */
    void discard(RootResponse response) {
        response.environment().ifPresent(saved -> delete(saved.id()));
    }

    /**
     * Takes over what a run has changed.
     *
     * @throws ServerException if the changes do not come, or are not what they can be; the commands have run
     */
    synchronized void takeOver(Start start, RootResponse response, Writable writable) throws InterruptedException {
        if (response.environment().isEmpty()) {
            return;
        }
        UUID saved = response.environment().get().id();
        try {
            RootResponse.Changes changes = response.changes().orElse(new RootResponse.Changes(0, List.of()));
            Set<String> touched = apply(saved, changes, writable);
            TreeSnapshot after = touched.isEmpty() ? start.snapshot : start.snapshot.withChanged(touched);
            if (!touched.isEmpty()) {
                // Whoever changes a file at once is to be noticed later.
                awaitNextTick(after);
            }
            if (start.environment().equals(Optional.ofNullable(base).map(Base::environment))) {
                Base before = base;
                base = new Base(saved, after, start.contents.with(root, touched));
                if (before != null) {
                    retire(before.environment);
                }
                return;
            }
            // Another run was faster. What this one changed is sent with the next, as if it had been done here.
            delete(saved);
        } catch (InterruptedException e) {
            delete(saved);
            throw e;
        } catch (IOException | SandboxException | Writable.Violation | IllegalArgumentException e) {
            delete(saved);
            throw e instanceof ServerException known && known.reason().equals("local-file")
                    ? notTaken("local-file", e)
                    : notTaken("changes-lost", e);
        }
    }

    /** Only the owner of the top can do it the fast way. */
    private static void awaitNextTick(TreeSnapshot snapshot) throws InterruptedException {
        try {
            snapshot.awaitNextTickOfTop();
        } catch (IOException e) {
            snapshot.awaitNextTick();
        }
    }

    private ServerException notTaken(String reason, Exception cause) {
        return new ServerException(
                reason,
                RunState.HAS_RUN,
                0,
                "The commands have run on " + server.server()
                        + ", but what they changed could not be taken over: " + cause.getMessage()
                        + (TakeOver.isPending(scratch)
                                ? ". It is begun; the next run, close(), or the next sandbox on this directory completes it."
                                : ""),
                cause);
    }

    private Set<String> apply(UUID saved, RootResponse.Changes changes, Writable writable)
            throws IOException, InterruptedException {
        Set<String> touched = new HashSet<>();
        writable.checkDeleted(changes.deleted());
        Path archive = scratch.resolve("changes-" + ++numbers + ".tgz");
        Path tree = scratch.resolve("changes-" + numbers);
        try {
            if (changes.entries() > 0) {
                server.changes(saved, archive);
                try (InputStream in = Files.newInputStream(archive)) {
                    // What a command wrote may be compressed as well as it can be.
                    ArchiveExtractor.create()
                            .withLimits(ArchiveLimits.DEFAULT.withMaxRatio(Integer.MAX_VALUE))
                            .acceptingAnyNames()
                            .extract(in, tree);
                }
                writable.checkChanged(tree, root);
                collect(tree, touched);
                keepExactTimes(tree);
            }
            changes.deleted().forEach(path -> addWithParents(path, touched));
            if (!touched.isEmpty()) {
                TakeOver.apply(root, scratch, tree, changes.deleted());
            }
        } finally {
            Files.deleteIfExists(archive);
            if (!TakeOver.isPending(scratch)) {
                TreeRemoval.remove(tree);
            }
        }
        return touched;
    }

    private static void collect(Path tree, Set<String> paths) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
                    throw new IOException("'" + tree.relativize(directory) + "' may not be read");
                }
                return directory.equals(tree) ? FileVisitResult.CONTINUE : add(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return add(file);
            }

            private FileVisitResult add(Path path) {
                addWithParents(FileNames.text(tree.relativize(path)), paths);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Archives have microseconds. A directory that is only on the way to a change keeps the rest of its time. */
    private void keepExactTimes(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Path known = root.resolve(tree.relativize(directory));
                if (Files.isDirectory(known, LinkOption.NOFOLLOW_LINKS)) {
                    FileTime exact = Files.getLastModifiedTime(known);
                    Instant rounded = exact.toInstant().truncatedTo(ChronoUnit.MICROS);
                    if (Files.getLastModifiedTime(directory).toInstant().equals(rounded)) {
                        Files.setLastModifiedTime(directory, exact);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void addWithParents(String path, Set<String> paths) {
        paths.add(path);
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            paths.add(path.substring(0, slash));
        }
    }

    private void retire(UUID environment) {
        if (users.containsKey(environment)) {
            retired.add(environment);
        } else {
            delete(environment);
        }
    }

    /** What cannot be deleted expires. */
    private void delete(UUID environment) {
        CompletableFuture<Boolean> unused = server.delete(environment).exceptionally(failure -> false);
    }

    /**
     * Makes the directories of a sandbox, and completes what a JVM that was killed has begun.
     *
     * @return the scratch directory, empty
     */
    static OwnedDirectory openDirectories(SandboxConfig config) {
        try {
            OwnedDirectory scratch = SandboxDirectories.open(config);
            if (!scratch.isNew()) {
                TakeOver.resume(config.root(), scratch.path());
                scratch.clear();
            }
            return scratch;
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot make the directories of the sandbox, '" + config.root() + "' and '" + config.scratch()
                            + "': " + e + ". Choose a directory that this user may write.",
                    e);
        }
    }

    /**
     * Removes what is kept here and, as far as it can be reached, on the server. The root stays.
     *
     * @throws SandboxSetupException if changes are still to be taken over and cannot be; they stay for the next sandbox
     */
    synchronized void close() {
        if (base != null) {
            CompletableFuture<Boolean> deleted = server.delete(base.environment);
            base = null;
            waitFor(deleted);
        }
        TakeOver.resume(root, scratch);
        try {
            owned.remove();
        } catch (IOException e) {
            throw new SandboxException(
                    "not-removed", "Cannot remove the scratch directory '" + scratch + "': " + e + ". Remove it.", e);
        }
    }

    private static void waitFor(CompletableFuture<Boolean> deleted) {
        long deadline = System.nanoTime() + DELETED_WITHIN.toNanos();
        boolean interrupted = false;
        while (!deleted.isDone()) {
            try {
                // Here, since the JDK's thread for time-outs would never end and keep what its first user had in its
                // context.
                boolean unused = deleted.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException e) {
                break;
            } catch (ExecutionException | CancellationException e) {
                // It stays on the server until that forgets it.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
