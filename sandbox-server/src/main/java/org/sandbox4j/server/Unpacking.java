package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.sandbox4j.protocol.archive.ArchiveExtractor;
import org.sandbox4j.protocol.archive.ArchiveLimits;
import org.sandbox4j.protocol.archive.ArchiveSummary;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.protocol.tree.Trees;
import org.sandbox4j.spi.files.TreeRemoval;

/** Makes trees of stored environments and of uploads. Thread-safe. */
final class Unpacking {
    private final EnvironmentStore environments;
    private final RunLimits limits;
    private final ArchiveLimits uploads;

    Unpacking(EnvironmentStore environments, RunLimits limits) {
        this(environments, limits, limits.forUploads());
    }

    /** Uploads are held against limits of their own. */
    Unpacking(EnvironmentStore environments, RunLimits limits, ArchiveLimits uploads) {
        this.environments = environments;
        this.limits = limits;
        this.uploads = uploads;
    }

    /**
     * Makes the tree of a stored environment.
     *
     * @param target where it is to be; must not exist
     * @throws Refusal with status 404 if the environment has been removed meanwhile
     */
    void unpack(StoredEnvironment environment, Path target) throws IOException {
        try {
            boolean lowest = true;
            long most = 0;
            for (Layer layer : environment.layers()) {
                ArchiveSummary laid = unpack(layer, target, lowest);
                most += laid.bytes() + laid.entries() * DiskUsage.ENTRY;
                checkDisk(target, most);
                lowest = false;
            }
        } catch (NoSuchFileException e) {
            throw unknown(environment.id().toString());
        }
    }

    /** Each layer is held against the limit when it is extracted; several may be more, as long as they replace one another. */
    private void checkDisk(Path target, long most) {
        if (most > limits.diskBytes() && DiskUsage.of(List.of(target), limits.diskBytes()) > limits.diskBytes()) {
            throw Refusal.badRequest("The files of the environment take more than the " + limits.diskBytes()
                    + " bytes that a request may have on this server.");
        }
    }

    static Refusal unknown(String id) {
        return Refusal.notFound("No environment with UUID '" + id + "' found");
    }

    private ArchiveSummary unpack(Layer layer, Path target, boolean lowest) throws IOException {
        Path place = lowest ? target : target.resolveSibling(target.getFileName() + ".layer");
        ArchiveSummary summary;
        try (InputStream archive = environments.open(layer.archive())) {
            summary = ArchiveExtractor.create()
                    .withLimits(limits.forOwnArchives())
                    .skippingSpecialFiles()
                    .acceptingAnyNames()
                    .extract(archive, place);
        }
        if (!lowest) {
            if (layer.deletions().isPresent()) {
                try (InputStream deletions = environments.open(layer.deletions().get())) {
                    DeletionList.apply(DeletionList.read(deletions), target);
                }
            }
            Trees.lay(place, target, true);
            TreeRemoval.remove(place);
        }
        return summary;
    }

    /** Makes the tree of an upload, which is not trusted. */
    void unpack(ByteSource upload, Path target) throws IOException {
        try (InputStream archive = upload.open()) {
            ArchiveExtractor.create()
                    .withLimits(uploads)
                    .skippingSpecialFiles()
                    .acceptingAnyNames()
                    .extract(archive, target);
        }
    }

    /** Lays an upload over a tree. */
    void lay(ByteSource upload, Path tree, boolean replacingKinds) throws IOException {
        Path place = tree.resolveSibling(tree.getFileName() + ".upload");
        unpack(upload, place);
        Trees.lay(place, tree, replacingKinds);
        TreeRemoval.remove(place);
    }

    /** Makes an empty tree. */
    static void makeEmpty(Path target) throws IOException {
        Files.createDirectory(target);
    }
}
