package org.sandbox4j.local.overlay;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The overlays over the trees of one sandbox directory. Thread-safe; transactions that overlap in time must not overlap in space. */
public final class Overlays {
    private static final Logger LOG = LoggerFactory.getLogger(Overlays.class);
    private static final String PREFIX = "overlay-";

    /** Whether overlays work on a file system, by its device number: trying takes a millisecond, and an answer stays. */
    private static final Map<Object, Boolean> WORKING = new ConcurrentHashMap<>();

    /** What {@code survey.c} answers then, without or with files of several names. */
    private static final List<Integer> HAS_ATTRIBUTES = List.of(4, 5);

    private final Path root;
    private final Path scratch;
    private final Launcher launcher;
    private final OverlayMode mode = OverlayMode.of(Caller.current());

    /**
     * Takes a scratch directory.
     *
     * @param root the tree, outside of which no changes are taken over
     * @param scratch a directory of ours on the file system of the root
     * @param launcher starts the programs that mount and merge
     */
    public Overlays(Path root, Path scratch, Launcher launcher) {
        this.root = root;
        this.scratch = scratch;
        this.launcher = launcher;
    }

    /** Tells whether overlays can be had here, having tried. */
    public boolean work() {
        try {
            Object device = Files.getAttribute(scratch, "unix:dev");
            Boolean known = WORKING.get(device);
            if (known == null) {
                known = tried();
                WORKING.put(device, known);
            }
            return known;
        } catch (IOException | SandboxException e) {
            LOG.debug("could not try overlays on the file system of {}: {}", scratch, e.toString());
            return false;
        }
    }

    /** Returns an entry of the tree with an attribute that makes an overlay of this caller show it as something else. */
    public Optional<String> entryWithOverlayAttribute() {
        if (mode.complete()) {
            return Optional.empty();
        }
        HelperAnswer answer = launcher.help(List.of("survey", root.toString()), new byte[0], scratch);
        return HAS_ATTRIBUTES.contains(answer.exitCode()) ? Optional.of(answer.diagnostics()) : Optional.empty();
    }

    /** Tells whether directories of the tree can be renamed only by copying, rename(2) and EXDEV. */
    public boolean separateDirectories() {
        return !mode.complete();
    }

    /**
     * Tells whether each file of the tree keeps its names and its inode number. Without privileges, the kernel does not find
     * the file again by another name: what has several names, also outside of the tree, is separated from them when it is
     * changed, and a name that is made by link(2) shows another inode number.
     */
    public boolean keepLinks() {
        return mode.complete();
    }

    /**
     * Begins to divert what is written below some directories.
     *
     * @param lowers the directories, none of which contains another unless something else is mounted in between
     */
    public OverlayTransaction begin(List<OverlayTransaction.Lower> lowers) throws IOException {
        return OverlayTransaction.begin(firstFree(), root, lowers, mode, launcher);
    }

    /** Mostly the same name each time, so that what is planned for a run can be used for the next one. */
    private Path firstFree() throws IOException {
        for (int i = 0; ; i++) {
            try {
                return Files.createDirectory(scratch.resolve(PREFIX + i));
            } catch (FileAlreadyExistsException e) {
                // A run of another JVM, or one whose changes could not be taken over yet.
            }
        }
    }

    /**
     * Finishes merges that were committed, or takes them back, and throws away what was not. Only while no run uses the tree.
     *
     * @throws SandboxException if a merge can neither be finished nor taken back
     */
    public void recover() {
        for (Path transaction : transactions()) {
            new MergeProgram(transaction, root, launcher).recover();
            LOG.debug("recovered {}", transaction);
        }
    }

    private List<Path> transactions() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(scratch, PREFIX + "*")) {
            entries.forEach(found::add);
        } catch (IOException e) {
            LOG.debug("cannot look for transactions in {}: {}", scratch, e.toString());
        }
        return found;
    }

    private boolean tried() throws IOException {
        Path lower = Files.createTempDirectory(scratch, "probe-");
        try (OverlayTransaction trial = begin(List.of(OverlayTransaction.Lower.of(lower)))) {
            HelperAnswer answer = launcher.help(
                    List.of(
                            "stage",
                            "/proc/self/fd/4",
                            "survey",
                            trial.merged(0).toString()),
                    trial.stage().before(),
                    scratch);
            LOG.debug("overlays on the file system of {}: {}", scratch, answer);
            return answer.exitCode() == 0;
        } finally {
            Files.delete(lower);
        }
    }

    /** Begins to guard a set-up. */
    public Guard guard() throws IOException {
        return Guard.in(scratch, mode.namespaces());
    }
}
