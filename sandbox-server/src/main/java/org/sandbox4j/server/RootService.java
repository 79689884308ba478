package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.archive.ArchiveException;
import org.sandbox4j.protocol.archive.ArchiveWriter;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.protocol.tree.TreeSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out requests whose environment is the root file system. Thread-safe. */
final class RootService {
    private static final Logger LOG = LoggerFactory.getLogger(RootService.class);

    /** With more, an environment gets a single one: each costs a pass over files when it is used. */
    private static final int MOST_LAYERS = 16;

    private final Settings settings;
    private final RunDirectories directories;
    private final EnvironmentStore environments;
    private final Unpacking unpacking;
    private final ArchiveWriter writer;
    private final WarmRoots warm;

    RootService(Settings settings, RunDirectories directories, EnvironmentStore environments) {
        this.settings = settings;
        this.directories = directories;
        this.environments = environments;
        unpacking =
                new Unpacking(environments, settings.limits(), settings.limits().forOwnArchives());
        writer = ArchiveWriter.create()
                .withLimits(settings.limits().forOwnArchives())
                .skippingSpecialFiles()
                .keepingAnyNames();
        warm = new WarmRoots(directories, new WarmRoots.Maker() {
            @Override
            public void unpack(StoredEnvironment environment, Path root) throws IOException {
                unpacking.unpack(environment, root);
                makeEnterable(root);
            }

            @Override
            public Sandbox open(RootSettings wanted, Path directory) {
                return builder(wanted, directory).open();
            }
        });
    }

    /** Trees of environments that are kept at hand for runs that change nothing. */
    WarmRoots warmRoots() {
        return warm;
    }

    RootResponse run(
            Tenant tenant,
            RootRequest request,
            Optional<ByteSource> upload,
            RunControl control,
            HeapShare.Part memory,
            RootCommands.Listener listener)
            throws IOException, InterruptedException {
        OutputTotal output = new OutputTotal(settings.requestLimits(), memory);
        try {
            settings.policy().check(request);
        } catch (SandboxUnsupportedException e) {
            return refused(e, output, listener);
        }
        Optional<StoredEnvironment> base = request.environment()
                .map(id ->
                        environments.find(tenant, id.toString()).orElseThrow(() -> Unpacking.unknown(id.toString())));
        if (base.isPresent() && upload.isEmpty() && ReadOnlyRequests.mayShareTrees(request)) {
            Optional<RootResponse> response = runInSharedTree(request, base.get(), control, output, listener);
            if (response.isPresent()) {
                return response.get();
            }
        }
        Path directory = directories.make();
        try {
            Path root = directory.resolve("root");
            unpack(request, base, upload, root);
            if (!request.save()) {
                return answer(run(request, directory, control, output, listener));
            }
            TreeSnapshot before = TreeSnapshot.of(root);
            before.awaitNextTickOfTop();
            return kept(
                    tenant, run(request, directory, control, output, listener), request, base, upload, before, root);
        } finally {
            RunDirectories.remove(directory);
        }
    }

    private RootResponse refused(SandboxUnsupportedException why, OutputTotal output, RootCommands.Listener listener) {
        LOG.debug("refused a run: {}", why.getMessage());
        RootCommands none = new RootCommands(settings.limits(), output, settings.rootBudget(), false, listener);
        none.fail(why);
        return answer(none);
    }

    private static RootResponse answer(RootCommands commands) {
        return new RootResponse(commands.results(), commands.failure(), Optional.empty(), Optional.empty());
    }

    /** Nothing, if the tree lacks a directory that the run would make in it. */
    private Optional<RootResponse> runInSharedTree(
            RootRequest request,
            StoredEnvironment base,
            RunControl control,
            OutputTotal output,
            RootCommands.Listener listener)
            throws IOException, InterruptedException {
        RootCommands commands = new RootCommands(settings.limits(), output, settings.rootBudget(), false, listener);
        try (WarmRoots.Lease lease = warm.take(base, request.settings())) {
            if (!ReadOnlyRequests.hasWorkDirectory(request, lease.root())) {
                return Optional.empty();
            }
            // The tree cannot grow, and /tmp is in memory, where its size counts as such.
            DiskBudget disk = new DiskBudget(List.of(), settings.limits().diskBytes());
            commands.run(request.commands(), new SupervisedRuns(lease.sandbox(), control, disk));
        } catch (Refusal e) {
            throw e;
        } catch (SandboxException e) {
            commands.fail(e);
        }
        return Optional.of(answer(commands));
    }

    private RootResponse kept(
            Tenant tenant,
            RootCommands commands,
            RootRequest request,
            Optional<StoredEnvironment> base,
            Optional<ByteSource> upload,
            TreeSnapshot before,
            Path root)
            throws IOException {
        TreeSnapshot.Difference difference = before.untilNow();
        try {
            StoredEnvironment saved = save(tenant, request, base, upload, root, difference);
            return new RootResponse(
                    commands.results(),
                    commands.failure(),
                    Optional.of(new SavedEnvironment(saved.id(), saved.expires())),
                    Optional.of(new RootResponse.Changes(
                            difference.changedWithParents().size(), difference.deleted())));
        } catch (SandboxException e) {
            // The results must not be lost with the tree, which is too large or has what cannot be kept.
            LOG.warn("the tree of a run is not saved: {}", PlainText.sentence(String.valueOf(e.getMessage())));
            commands.fail(e);
            return answer(commands);
        }
    }

    private void unpack(RootRequest request, Optional<StoredEnvironment> base, Optional<ByteSource> upload, Path root)
            throws IOException {
        try {
            if (base.isPresent()) {
                unpacking.unpack(base.get(), root);
                delete(request.deleted(), root);
                if (upload.isPresent()) {
                    unpacking.lay(upload.get(), root, true);
                }
            } else if (upload.isPresent()) {
                unpacking.unpack(upload.get(), root);
            } else {
                Unpacking.makeEmpty(root);
            }
        } catch (ArchiveException e) {
            throw Refusal.upload(400, "'environment' is refused - " + e.getMessage());
        }
        makeEnterable(root);
    }

    private static void makeEnterable(Path root) throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void delete(List<String> paths, Path root) throws IOException {
        try {
            DeletionList.apply(paths, root);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private RootCommands run(
            RootRequest request, Path directory, RunControl control, OutputTotal output, RootCommands.Listener listener)
            throws IOException, InterruptedException {
        boolean batch = request.commands().size() > 1;
        Path temporary = directory.resolve("tmp");
        SandboxBuilder builder = builder(request.settings(), directory);
        if (batch) {
            Files.createDirectory(temporary);
            Files.setAttribute(temporary, "unix:mode", 01777);
            builder.bindWritable(temporary, "/tmp");
        }
        List<Path> places = batch ? List.of(directory.resolve("root"), temporary) : List.of(directory.resolve("root"));
        RootCommands commands = new RootCommands(settings.limits(), output, settings.rootBudget(), batch, listener);
        try (Sandbox sandbox = builder.open()) {
            request.settings().marks().forEach(sandbox::markDirectory);
            commands.run(
                    request.commands(),
                    new SupervisedRuns(
                            sandbox,
                            control,
                            new DiskBudget(places, settings.limits().diskBytes())));
        } catch (SandboxException e) {
            commands.fail(e);
        }
        return commands;
    }

    private SandboxBuilder builder(RootSettings wanted, Path directory) {
        SandboxBuilder builder = Sandbox.builder(directory)
                .buildUid(wanted.uid())
                .buildGid(wanted.gid())
                .hostname(wanted.hostname())
                .seccomp(settings.policy().filter(wanted))
                .personality(wanted.personality());
        settings.backend().ifPresent(builder::backend);
        if (wanted.hostSystem()) {
            builder.hostSystem();
        }
        return builder;
    }

    private StoredEnvironment save(
            Tenant tenant,
            RootRequest request,
            Optional<StoredEnvironment> base,
            Optional<ByteSource> upload,
            Path root,
            TreeSnapshot.Difference difference)
            throws IOException {
        List<Layer> below = base.map(StoredEnvironment::layers).orElse(List.of());
        boolean fromNothing = below.isEmpty() && upload.isEmpty();
        if (fromNothing || below.size() + 2 > MOST_LAYERS) {
            return saveWhole(tenant, root, difference);
        }
        List<NewLayer> above = new ArrayList<>();
        if (upload.isPresent()) {
            above.add(new NewLayer(out -> copy(upload.get(), out), request.deleted()));
        } else if (!request.deleted().isEmpty()) {
            above.add(new NewLayer(out -> writer.selecting(path -> false).write(root, out), request.deleted()));
        }
        if (!difference.isEmpty()) {
            above.add(new NewLayer(
                    out -> writer.selecting(difference.changedWithParents()::contains)
                            .write(root, out),
                    difference.deleted()));
        }
        return environments.save(tenant, below, above, !difference.isEmpty());
    }

    /** Two layers nonetheless, when the changes are asked for later. */
    private StoredEnvironment saveWhole(Tenant tenant, Path root, TreeSnapshot.Difference difference)
            throws IOException {
        List<NewLayer> layers = new ArrayList<>();
        layers.add(NewLayer.of(out -> writer.write(root, out)));
        if (!difference.isEmpty()) {
            layers.add(NewLayer.of(out ->
                    writer.selecting(difference.changedWithParents()::contains).write(root, out)));
        }
        return environments.save(tenant, List.of(), layers, !difference.isEmpty());
    }

    private static void copy(ByteSource source, OutputStream out) throws IOException {
        try (InputStream in = source.open()) {
            in.transferTo(out);
        }
    }

    static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
