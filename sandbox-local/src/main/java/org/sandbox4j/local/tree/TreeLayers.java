package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.local.launch.StageList;
import org.sandbox4j.local.overlay.Guard;
import org.sandbox4j.local.overlay.OverlayTransaction;
import org.sandbox4j.local.overlay.Overlays;
import org.sandbox4j.local.plan.Mount;

/**
 * What a sandbox is put together from: the tree itself, or what lies between it and commands.
 *
 * @param root what is mounted as the root
 * @param mounts what is mounted over it, outer ones first
 * @param identities directories that commands may write, with what the host saw there
 * @param stage what is mounted on the host first
 * @param movesDirectories whether directories can be renamed with help alone
 * @param transaction the diverted changes
 * @param guard the places for mounts that a guarded set-up needs
 */
record TreeLayers(
        Path root,
        List<Mount> mounts,
        Map<String, DirectoryIdentity> identities,
        StageList stage,
        boolean movesDirectories,
        Optional<OverlayTransaction> transaction,
        Optional<Guard> guard) {
    TreeLayers(Path root, List<Mount> mounts, Map<String, DirectoryIdentity> identities) {
        this(root, mounts, identities, StageList.nothing(), false, Optional.empty(), Optional.empty());
    }

    /** Puts overlays between. What they show has identities that nobody knows before; nobody can exchange it either. */
    TreeLayers diverted(Diversion diversion, List<OverlayTransaction.Lower> lowers, Overlays overlays)
            throws IOException {
        OverlayTransaction transaction = overlays.begin(lowers);
        List<Mount> shown = new ArrayList<>();
        Map<String, DirectoryIdentity> left = new LinkedHashMap<>(identities);
        for (Mount mount : mounts) {
            Diversion.Place place = diversion.shown().get(mount.target());
            if (place != null) {
                left.remove(mount.target());
                Path source = place.below(transaction.merged(place.overlay()));
                shown.add(new Mount.Bind(source, mount.target(), true, false));
            } else if (diversion.covered().contains(mount.target())) {
                left.remove(mount.target());
            } else {
                shown.add(mount);
            }
        }
        boolean wholeRoot = diversion.lowers().equals(List.of("/"));
        if (wholeRoot) {
            left.remove("/");
        }
        return new TreeLayers(
                wholeRoot ? transaction.merged(0) : root,
                shown,
                left,
                transaction.stage(),
                overlays.separateDirectories(),
                Optional.of(transaction),
                Optional.empty());
    }

    /** Makes the host read-only while the sandbox is set up, but for what commands may write. */
    TreeLayers guarded(boolean rootWritable, Overlays overlays) throws IOException {
        Guard guard = overlays.guard();
        Path guardedRoot = root;
        if (rootWritable) {
            guardedRoot = guard.keepWritable(root);
        }
        List<Mount> guarded = new ArrayList<>();
        for (Mount mount : mounts) {
            guarded.add(
                    mount instanceof Mount.Bind bind && bind.writable() && !bind.device()
                            ? new Mount.Bind(guard.keepWritable(bind.source()), bind.target(), true, false)
                            : mount);
        }
        return new TreeLayers(
                guardedRoot, guarded, identities, guard.stage(), false, Optional.empty(), Optional.of(guard));
    }

    /** Removes what only the set-up needed, or what the run was not to keep. */
    void end(boolean keepChanges) {
        guard.ifPresent(Guard::close);
        if (keepChanges) {
            transaction.ifPresent(OverlayTransaction::commit);
        } else {
            transaction.ifPresent(OverlayTransaction::close);
        }
    }
}
