package org.sandbox4j.local.tree;

import org.sandbox4j.SandboxException;

/** A root in use by one run. Thread-safe; ending twice does nothing. */
final class RunningTree implements PreparedTree.Lease {
    private final MountPoints mountPoints;
    private final WriteAccess.Grant grant;
    private final TreeNeeds needs;
    private final TreeLayers layers;
    private final Protection protection;
    private boolean ended;

    RunningTree(
            MountPoints mountPoints,
            WriteAccess.Grant grant,
            TreeNeeds needs,
            TreeLayers layers,
            Protection protection) {
        this.mountPoints = mountPoints;
        this.grant = grant;
        this.needs = needs;
        this.layers = layers;
        this.protection = protection;
    }

    PreparedTree prepared() {
        return new PreparedTree(
                layers.root(), layers.mounts(), layers.identities(), layers.stage(), layers.movesDirectories(), this);
    }

    @Override
    public void isSetUp() {
        grant.isSetUp();
    }

    @Override
    public synchronized void end(boolean keepChanges) {
        if (ended) {
            return;
        }
        ended = true;
        try {
            endLayers(keepChanges);
        } finally {
            grant.end();
            mountPoints.end();
        }
    }

    private void endLayers(boolean keepChanges) {
        grant.isSetUp();
        protection.noteWrittenInPlace(needs, layers.transaction().isPresent());
        if (keepChanges && layers.transaction().isPresent()) {
            grant.beginMerge();
        }
        try {
            layers.end(keepChanges);
        } catch (SandboxException e) {
            layers.transaction().ifPresent(protection::finishLater);
            throw e;
        }
    }
}
