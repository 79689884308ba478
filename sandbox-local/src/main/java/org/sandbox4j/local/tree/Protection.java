package org.sandbox4j.local.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.local.overlay.OverlayTransaction;
import org.sandbox4j.local.overlay.Overlays;

/** Chooses how the artifacts of one root are protected, and remembers merges that have to be finished first. Thread-safe. */
final class Protection {
    /** Since then an overlay has unnamed files, open(2) O_TMPFILE. */
    private static final int MAJOR = 6;

    private static final int MINOR = 1;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private final Overlays overlays;
    private final List<OverlayTransaction> unfinished = new ArrayList<>();
    private final Set<String> writtenInPlace = new HashSet<>();
    private boolean lookedForAttributes;
    private Optional<String> entryWithOverlayAttribute = Optional.empty();

    Protection(Overlays overlays) {
        this.overlays = overlays;
    }

    /**
     * Returns how a run would best use the root.
     *
     * @param contended whether runs have had to write the root at the same time
     * @throws SandboxUnsupportedException if it insists on what cannot be had
     * @throws SandboxSetupException if it insists on what cannot be had with this tree
     * @throws SandboxException if an earlier run's changes still cannot be taken over
     */
    synchronized WriteAccess.Use use(TreeNeeds needs, boolean contended) {
        finishMerges();
        if (!needs.writes()) {
            return WriteAccess.Use.READ;
        }
        if (!needs.protects() || needs.writing() == Writing.IN_PLACE) {
            return WriteAccess.Use.IN_PLACE;
        }
        if (needs.writing().mustBeDiverted()) {
            requireOverlays();
            requireNoMarks(needs);
            return WriteAccess.Use.DIVERTED;
        }
        return !contended && isLikeAnOrdinaryTree() ? WriteAccess.Use.DIVERTED : WriteAccess.Use.IN_PLACE;
    }

    /** Notes that the changes of a run are committed but not taken over yet. */
    synchronized void finishLater(OverlayTransaction transaction) {
        unfinished.add(transaction);
    }

    /** Notes what a run may have written itself: what overlays would not show as it is could have come with that. */
    synchronized void noteWrittenInPlace(TreeNeeds needs, boolean diverted) {
        if (needs.rootWritable()) {
            if (!diverted) {
                writtenInPlace.add("/");
            }
            return;
        }
        needs.marks().forEach((mark, isProtected) -> {
            if (!diverted || !isProtected) {
                writtenInPlace.add(mark);
            }
        });
    }

    private void forgetIfWritten(TreeNeeds needs) {
        boolean concerned =
                writtenInPlace.stream().anyMatch(place -> needs.rootWritable() || isProtected(place, needs));
        if (concerned) {
            lookedForAttributes = false;
            writtenInPlace.clear();
        }
    }

    private static boolean isProtected(String place, TreeNeeds needs) {
        return needs.marks().entrySet().stream()
                .anyMatch(
                        mark -> mark.getValue() && (isWithin(place, mark.getKey()) || isWithin(mark.getKey(), place)));
    }

    private void finishMerges() {
        while (!unfinished.isEmpty()) {
            unfinished.get(0).recover();
            unfinished.remove(0);
        }
    }

    private void requireOverlays() {
        if (!overlays.work()) {
            throw new SandboxUnsupportedException(
                    "The changes of a command can only be diverted, which rollbackOnFailure and "
                            + "ArtifactProtection.OVERLAY ask for, where overlays can be mounted: that takes Linux 5.11 and a sandbox "
                            + "directory on a local file system that is no overlay itself. Put the sandbox directory elsewhere.");
        }
    }

    private boolean isLikeAnOrdinaryTree() {
        return overlays.keepLinks() && isRecentKernel(System.getProperty("os.version", "")) && overlays.work();
    }

    /** A command may have put them where it wrote in place, and an archive may bring them along. */
    private void requireNoMarks(TreeNeeds needs) {
        forgetIfWritten(needs);
        if (!lookedForAttributes) {
            entryWithOverlayAttribute = overlays.entryWithOverlayAttribute();
            lookedForAttributes = true;
        }
        entryWithOverlayAttribute.ifPresent(name -> {
            throw new SandboxSetupException(
                    "overlay-attributes",
                    "Cannot divert what the command changes, which rollbackOnFailure and ArtifactProtection.OVERLAY ask for: '"
                            + name
                            + "' in the root has an extended attribute user.overlay.*, to which overlays give a meaning, so that "
                            + "the command would not see it as it is. Remove the attribute (setfattr -x), or use neither of the two.",
                    null);
        });
    }

    private static boolean isWithin(String path, String directory) {
        return directory.equals("/") || (path + "/").startsWith(directory + "/");
    }

    static boolean isRecentKernel(String release) {
        Matcher version = VERSION.matcher(release);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > MAJOR || (major == MAJOR && Integer.parseInt(version.group(2)) >= MINOR);
    }
}
