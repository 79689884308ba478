package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.HostErrors;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.Launchers;
import org.sandbox4j.local.overlay.Overlays;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.files.OwnedDirectory;
import org.sandbox4j.spi.files.SandboxDirectories;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of an open sandbox. Sandboxes of this JVM with the same root share one, so that none removes a mount point
 * that another needs; the last to close removes the scratch directory. Thread-safe.
 */
public final class StagedRoot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedRoot.class);
    private static final Map<Path, StagedRoot> OPEN = new HashMap<>();

    /** Needed where an overlay fails for lack of descriptors; then they could not be loaded any more. */
    @SuppressWarnings("unused")
    private static final List<Class<?>> LOADED_EARLY = List.of(LinkBreaker.class, TreeWalk.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path key;
    private final Path root;
    private final OwnedDirectory scratch;
    private final MountPointJournal journal;
    private final MountPoints mountPoints;
    private final WriteAccess access;
    private final Overlays overlays;
    private final Protection protection;
    private final LinkBreaker links;
    private final HiddenPlaces hiddenPlaces;
    private int sandboxes;

    private StagedRoot(
            Path key, SandboxConfig config, OwnedDirectory scratch, MountPointJournal journal, Launcher launcher)
            throws IOException {
        this.key = key;
        this.scratch = scratch;
        this.journal = journal;
        root = config.root();
        mountPoints = new MountPoints(new RootTree(root, scratch.path()), journal);
        access = new WriteAccess(journal);
        overlays = new Overlays(root, scratch.path(), launcher);
        protection = new Protection(overlays);
        hiddenPlaces = new HiddenPlaces(root);
        links = new LinkBreaker(root, scratch.path(), launcher);
        mountPoints.ifUnused(overlays::recover);
        mountPoints.removeIfUnused();
    }

    /**
     * Makes the directories of a sandbox unless they are there, and undoes what a JVM that was killed has left.
     *
     * @throws SandboxSetupException if they cannot be made, or are something else
     */
    public static StagedRoot open(SandboxConfig config) {
        return open(config, Launchers.choose());
    }

    /**
     * Makes the directories of a sandbox unless they are there, and undoes or finishes what a JVM that was killed has left.
     *
     * @param launcher starts programs that work on the root
     * @throws SandboxSetupException if they cannot be made, or are something else
     */
    public static StagedRoot open(SandboxConfig config, Launcher launcher) {
        synchronized (OPEN) {
            try {
                OwnedDirectory scratch = SandboxDirectories.open(config);
                Path key = config.root().toRealPath();
                StagedRoot opened = OPEN.get(key);
                if (opened == null) {
                    opened = openFirst(key, config, scratch, launcher);
                    OPEN.put(key, opened);
                }
                opened.sandboxes++;
                return opened;
            } catch (IOException e) {
                throw HostErrors.explain(
                        "Cannot open a sandbox in '" + config.directory() + "'",
                        e,
                        explained(e) + ". The directory must be on a local file system and writable for this user.");
            }
        }
    }

    /** Another JVM that closes its last sandbox here may remove the scratch directory between two steps of ours. */
    private static StagedRoot openFirst(Path key, SandboxConfig config, OwnedDirectory found, Launcher launcher)
            throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        OwnedDirectory scratch = found;
        while (true) {
            try {
                Optional<StagedRoot> opened =
                        openUnlessBeingClosed(key, config, scratch, MountPointJournal.open(scratch.path()), launcher);
                if (opened.isPresent()) {
                    return opened.get();
                }
            } catch (NoSuchFileException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("another JVM has been closing its sandbox in the same directory for "
                        + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(1_000_000);
            scratch = SandboxDirectories.open(config);
        }
    }

    /** A journal that stayed open would keep its lock, and the scratch directory with it. */
    private static Optional<StagedRoot> openUnlessBeingClosed(
            Path key, SandboxConfig config, OwnedDirectory scratch, MountPointJournal journal, Launcher launcher)
            throws IOException {
        StagedRoot opened = null;
        try {
            if (journal.markOpen()) {
                opened = new StagedRoot(key, config, scratch, journal, launcher);
            }
        } finally {
            if (opened == null) {
                journal.close();
            }
        }
        return Optional.ofNullable(opened);
    }

    /** Returns the root that commands see. */
    public Path root() {
        return root;
    }

    /** Returns a directory for files of ours, which no command sees. */
    public Path scratch() {
        return scratch.path();
    }

    /** Returns the directories whose staged files runs have hidden from commands. */
    List<String> hiddenPlaces() {
        synchronized (mountPoints) {
            return hiddenPlaces.told().toList();
        }
    }

    /** Makes the root ready for a run that nobody gives up. */
    PreparedTree prepare(TreeNeeds needs) {
        return prepare(needs, () -> false);
    }

    /**
     * Makes the root ready for a run, once others that write it permit that.
     *
     * @param cancelled whether waiting for them makes no sense any more
     * @return the prepared tree; end it after the run
     * @throws SandboxSetupException if the tree is not fit for it, and is then as it was before, or if the calling thread is
     *     interrupted while it waits, which stays set
     */
    public PreparedTree prepare(TreeNeeds needs, BooleanSupplier cancelled) {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new SandboxSetupException(
                    "The root '" + root + "' is not there any more. Open the sandbox again, and stage its files anew.");
        }
        try {
            WriteAccess.Use use = protection.use(needs, access.isContended());
            WriteAccess.Grant grant = access.acquire(use, needs.writing() == Writing.DIVERTED_IF_POSSIBLE, cancelled);
            try {
                return new RunningTree(mountPoints, grant, needs, prepareAlone(needs, grant), protection).prepared();
            } catch (IOException | RuntimeException | Error e) {
                grant.end();
                throw e;
            }
        } catch (IOException e) {
            throw HostErrors.explain(
                    "Cannot make the root '" + root + "' ready for the command",
                    e,
                    explained(e)
                            + ". The root and the scratch directory must be readable and writable for this user, and no "
                            + "other program may change them meanwhile.");
        }
    }

    /** One at a time, so that a run that ends cannot remove a mount point that another has just found. */
    private TreeLayers prepareAlone(TreeNeeds needs, WriteAccess.Grant grant) throws IOException {
        synchronized (mountPoints) {
            return new TreePreparation(mountPoints, needs, grant, overlays, links, hiddenPlaces).prepare();
        }
    }

    /** Removes the scratch directory when this was the last sandbox with this root. */
    @Override
    public void close() {
        synchronized (OPEN) {
            if (--sandboxes > 0) {
                return;
            }
            OPEN.remove(key);
            try (journal) {
                mountPoints.removeIfUnused();
                if (journal.isLastOpen()) {
                    overlays.recover();
                    scratch.remove();
                }
            } catch (IOException | SandboxException e) {
                LOG.debug("scratch directory {} stays: {}", scratch, e.toString());
            }
        }
    }

    private static String explained(IOException e) {
        return e instanceof FileSystemException file && file.getReason() == null
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
    }
}
