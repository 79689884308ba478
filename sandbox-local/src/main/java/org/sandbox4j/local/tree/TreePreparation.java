package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.overlay.OverlayTransaction;
import org.sandbox4j.local.overlay.Overlays;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.spi.HostBind;

/** Makes one root ready for one run: all of it, or, when something is refused, nothing. For one use by one thread. */
final class TreePreparation {
    private static final int OPEN_TO_ALL = 01777;

    private final MountPoints mountPoints;
    private final TreeNeeds needs;
    private final WriteAccess.Grant grant;
    private final Overlays overlays;
    private final LinkBreaker links;
    private final HiddenPlaces hiddenPlaces;
    private final Map<String, String> covered = new LinkedHashMap<>();
    private final List<Diversion.Mark> mountedMarks = new ArrayList<>();
    private final Map<String, Mount> mounts = new LinkedHashMap<>();
    private final List<Mount.Directory> directories = new ArrayList<>();
    private final Map<String, DirectoryIdentity> identities = new LinkedHashMap<>();
    private final List<String> lasting = new ArrayList<>();
    private @Nullable DirectoryHandle top;
    private String temporary = "/tmp";

    TreePreparation(
            MountPoints mountPoints,
            TreeNeeds needs,
            WriteAccess.Grant grant,
            Overlays overlays,
            LinkBreaker links,
            HiddenPlaces hiddenPlaces) {
        this.mountPoints = mountPoints;
        this.needs = needs;
        this.grant = grant;
        this.overlays = overlays;
        this.links = links;
        this.hiddenPlaces = hiddenPlaces;
    }

    TreeLayers prepare() throws IOException {
        mountPoints.begin();
        try (DirectoryHandle top = DirectoryHandle.open(tree().root())) {
            this.top = top;
            identify("/");
            Map<String, String> markSources = makeMarkedDirectories();
            mountOwnFileSystems();
            for (HostBind bind : byDepth(needs.binds())) {
                mountHostFile(bind);
            }
            for (Map.Entry<String, String> mark : markSources.entrySet()) {
                mountMark(mark.getKey(), mark.getValue());
            }
            makeWorkDirectory();
            tellOfHiddenFiles(markSources.values());
            return layers(markSources);
        } catch (IOException | RuntimeException e) {
            mountPoints.undo(lasting);
            mountPoints.end();
            throw e;
        }
    }

    /** Returns where each marked directory is in the tree, which is what appears at the mark. */
    private Map<String, String> makeMarkedDirectories() throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String mark : needs.marks().keySet()) {
            Resolution resolution = resolve(mark, List.of());
            if (resolution.kind() == Resolution.Kind.FILE) {
                throw new SandboxSetupException(
                        "Cannot mark '" + mark + "': it is a file in the root. Remove it, or mark another directory.");
            }
            refuseOwnFileSystems(mark, resolution.path());
            makeLasting(resolution);
            sources.put(mark, resolution.path());
        }
        return sources;
    }

    /** A link may lead a mark to where it could never be seen, since the sandbox's own file systems cover the place. */
    private void refuseOwnFileSystems(String mark, String path) throws IOException {
        for (String own : List.of("/proc", "/dev")) {
            if ((path + "/").startsWith(resolve(own, List.of()).path() + "/")) {
                throw new SandboxSetupException("Cannot mark '" + mark + "': a link leads it to '" + path
                        + "', which is the sandbox's own in every run. Correct the link, or mark another directory.");
            }
        }
    }

    private TreeLayers layers(Map<String, String> markSources) throws IOException {
        TreeLayers layers = new TreeLayers(tree().root(), ordered(), identities);
        Optional<Diversion> diversion = grant.use() == WriteAccess.Use.DIVERTED
                ? needs.rootWritable() ? Optional.of(Diversion.ofRoot(mountedMarks)) : Diversion.ofMarks(mountedMarks)
                : Optional.empty();
        if (diversion.isPresent()) {
            List<OverlayTransaction.Lower> lowers = lowers(diversion.get());
            if (showEverythingOf(lowers)) {
                keepInodeNumbers(diversion.get());
                return layers.diverted(diversion.get(), lowers, overlays);
            }
        } else if (needs.writing().mustBeDiverted() && needs.protects()) {
            throw new SandboxSetupException(
                    "Cannot divert what the command changes: marked directories lead to each other "
                            + "through links, so that their changes could not be told apart. Mark the directories themselves.");
        }
        protectArtifacts(markSources);
        return grant.guarded() ? layers.guarded(needs.rootWritable(), overlays) : layers;
    }

    private List<OverlayTransaction.Lower> lowers(Diversion diversion) throws IOException {
        List<OverlayTransaction.Lower> lowers = new ArrayList<>();
        for (String path : diversion.lowers()) {
            DirectoryIdentity identity = resolve(path, List.of()).identity().orElseThrow();
            lowers.add(new OverlayTransaction.Lower(
                    TreePath.onHost(tree().root(), path), identity.device(), identity.inode()));
        }
        return lowers;
    }

    /** What has one name keeps its number when it is changed, in any overlay. */
    private void keepInodeNumbers(Diversion diversion) {
        if (!overlays.keepLinks() && needs.writing() != Writing.DIVERTED_WITHOUT_COPIES) {
            diversion.lowers().forEach(links::breakLinksWhereTheyAreUsual);
        }
    }

    /** What is mounted in the tree is seen by runs that write in place alone. */
    private boolean showEverythingOf(List<OverlayTransaction.Lower> lowers) throws IOException {
        for (OverlayTransaction.Lower lower : lowers) {
            Optional<Path> mounted = HostMounts.within(lower.path().toRealPath());
            if (mounted.isPresent() && needs.writing().mustBeDiverted()) {
                throw new SandboxSetupException(
                        "mounted-in-root",
                        "Cannot divert what the command changes, which rollbackOnFailure and ArtifactProtection.OVERLAY ask "
                                + "for: something is mounted at '" + mounted.get()
                                + "', which the command would not see then. Unmount it, bind it into the sandbox instead "
                                + "(SandboxBuilder.bind), or use neither of the two.",
                        null);
            }
            if (mounted.isPresent()) {
                return false;
            }
        }
        return true;
    }

    private void protectArtifacts(Map<String, String> markSources) {
        if (needs.rootWritable()) {
            links.breakLinks("/");
            return;
        }
        for (Map.Entry<String, String> mark : markSources.entrySet()) {
            if (needs.marks().getOrDefault(mark.getKey(), false)) {
                links.breakLinks(mark.getValue());
            }
        }
    }

    private void mountOwnFileSystems() throws IOException {
        String devices = mountPoint("/dev");
        mounts.put(devices, new Mount.Devices(devices, needs.sharedMemory()));
        if (needs.sharedMemory()) {
            mounts.put(devices + "/shm", new Mount.Directory(devices + "/shm"));
        }
        String processes = mountPoint("/proc");
        mounts.put(processes, new Mount.Processes(processes));
        temporary = mountPoint("/tmp");
        mounts.put(
                temporary,
                needs.temporary()
                        .<Mount>map(source -> new Mount.Bind(source, temporary, true, false))
                        .orElseGet(() -> new Mount.Memory(temporary, OPEN_TO_ALL)));
    }

    private String mountPoint(String path) throws IOException {
        Resolution resolution = resolve(path, mounts.keySet());
        if (resolution.kind() == Resolution.Kind.FILE || resolution.kind() == Resolution.Kind.MOUNTED) {
            throw new SandboxSetupException(
                    "Cannot give the sandbox its own " + path + ": in the root it is, or leads to, '"
                            + resolution.path() + "', which is "
                            + (resolution.kind() == Resolution.Kind.FILE ? "a file" : "another mount")
                            + ". Stage a directory there, or nothing.");
        }
        mountPoints.useDirectory(resolution);
        cover(resolution, path + " is the sandbox's own in every run");
        return resolution.path();
    }

    private void mountHostFile(HostBind bind) throws IOException {
        PosixFileAttributes source = attributes(bind);
        if (bind.target().equals("/proc") || bind.target().equals("/dev")) {
            throw refusedOwn(bind);
        }
        Resolution resolution = resolve(bind.target(), mounts.keySet());
        String target = resolution.path();
        if (resolution.kind() == Resolution.Kind.MOUNTED
                && !resolution.belowMount().isEmpty()) {
            if (isSeenAlready(bind, resolution)) {
                return;
            }
            refuseMissingInside(bind, resolution);
        } else if (isOfAnotherKind(resolution, source)) {
            throw new SandboxSetupException(
                    "Cannot bind '" + bind.source() + "' at '" + bind.target() + "': the source is "
                            + (source.isDirectory()
                                    ? "a directory but the target is a file"
                                    : "a file but the target is a directory")
                            + ". Use a source of the same kind, or bind its parent.");
        } else if (resolution.kind() != Resolution.Kind.MOUNTED) {
            makeMountPoint(source, resolution);
            cover(resolution, "'" + bind.source() + "' of the host is bound there");
        }
        boolean device = source.isOther();
        mounts.put(target, new Mount.Bind(bind.source(), target, bind.writable(), device));
    }

    private void makeMountPoint(PosixFileAttributes source, Resolution target) throws IOException {
        if (source.isDirectory()) {
            mountPoints.useDirectory(target);
        } else {
            mountPoints.useFile(target);
        }
    }

    private void cover(Resolution place, String by) {
        if (place.kind() == Resolution.Kind.DIRECTORY) {
            covered.put(place.path(), by);
        }
    }

    private void tellOfHiddenFiles(Collection<String> marked) {
        List<String> shown = new ArrayList<>(marked);
        shown.addAll(mounts.keySet());
        covered.forEach((path, by) -> hiddenPlaces.look(path, by, shown));
    }

    private static boolean isOfAnotherKind(Resolution target, PosixFileAttributes source) {
        return source.isDirectory()
                ? target.kind() == Resolution.Kind.FILE
                : target.kind() == Resolution.Kind.DIRECTORY;
    }

    private PosixFileAttributes attributes(HostBind bind) {
        try {
            return Files.readAttributes(bind.source(), PosixFileAttributes.class);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot bind '" + bind.source() + "' at '" + bind.target() + "': the source cannot be read (" + e
                            + "). Make it, or leave out the bind.",
                    e);
        }
    }

    /** On a merged-usr host /bin is a link to usr/bin; where the root has the same link, /usr shows it already. */
    private boolean isSeenAlready(HostBind bind, Resolution resolution) throws IOException {
        if (!(mounts.get(resolution.mount().orElseThrow()) instanceof Mount.Bind outer)
                || outer.writable() != bind.writable()) {
            return false;
        }
        Path seen = outer.source().resolve(resolution.belowMount());
        return Files.exists(seen) && Files.isSameFile(seen, bind.source());
    }

    private static SandboxSetupException refusedOwn(HostBind bind) {
        return new SandboxSetupException("Cannot bind '" + bind.source() + "' at '" + bind.target()
                + "': /proc and /dev are the sandbox's own. Choose another target.");
    }

    private void refuseMissingInside(HostBind bind, Resolution resolution) {
        Mount outer = mounts.get(resolution.mount().orElseThrow());
        if (outer instanceof Mount.Processes) {
            throw refusedOwn(bind);
        }
        if (outer instanceof Mount.Bind host
                && !isOwnTemporary(outer.target())
                && !Files.exists(host.source().resolve(resolution.belowMount()))) {
            throw new SandboxSetupException(
                    "Cannot bind '" + bind.source() + "' at '" + bind.target() + "': there is no '"
                            + host.source().resolve(resolution.belowMount())
                            + "' on the host to mount it over, and nothing is made outside the root. Make it, or choose another target.");
        }
    }

    private void mountMark(String mark, String source) throws IOException {
        Resolution resolution = resolve(mark, mounts.keySet());
        boolean inTree = resolution.mount().isEmpty();
        if ((inTree && needs.rootWritable()) || mark.equals("/")) {
            return;
        }
        String target = resolution.path();
        if (!inTree
                && mounts.get(resolution.mount().orElseThrow()) instanceof Mount.Bind host
                && !isOwnTemporary(host.target())
                && !Files.isDirectory(host.source().resolve(resolution.belowMount()))) {
            throw new SandboxSetupException(
                    "Cannot mark '" + mark + "': it lies in '" + host.source()
                            + "', which is bound from the host and has no such directory to mount it over. Make it there, or mark another directory.");
        }
        mounts.put(target, new Mount.Bind(TreePath.onHost(tree().root(), source), target, true, false));
        mountedMarks.add(new Diversion.Mark(target, source, needs.marks().getOrDefault(mark, false)));
        resolve(source, List.of()).identity().ifPresent(identity -> identities.put(target, identity));
    }

    /** Marked directories appear as they are in the tree, so a work directory there is made in the tree. */
    private void makeWorkDirectory() throws IOException {
        List<String> covered = new ArrayList<>();
        mounts.forEach((target, mount) -> {
            if (!identities.containsKey(target)) {
                covered.add(target);
            }
        });
        Resolution resolution = resolve(needs.workDirectory(), covered);
        switch (resolution.kind()) {
            case FILE ->
                throw new SandboxSetupException(
                        "work-directory-not-a-directory",
                        "Cannot start in '" + needs.workDirectory()
                                + "': it is a file in the root. Remove it, or choose another work directory.",
                        null);
            case MISSING -> makeLasting(resolution);
            case MOUNTED -> makeInOwnMount(resolution);
            case DIRECTORY -> {}
        }
    }

    private void makeInOwnMount(Resolution resolution) {
        String mount = resolution.mount().orElseThrow();
        boolean ours = isOwnTemporary(mount) || mounts.get(mount) instanceof Mount.Directory;
        if (ours && !resolution.belowMount().isEmpty()) {
            directories.add(new Mount.Directory(resolution.path()));
        }
    }

    /** Tells whether it is the run's own /tmp, and not something that was bound or marked in its place. */
    private boolean isOwnTemporary(String mount) {
        return mount.equals(temporary)
                && (mounts.get(mount) instanceof Mount.Memory
                        || (mounts.get(mount) instanceof Mount.Bind bind
                                && needs.temporary()
                                        .filter(bind.source()::equals)
                                        .isPresent()));
    }

    private void makeLasting(Resolution resolution) throws IOException {
        lasting.addAll(mountPoints.makeLasting(resolution.path()));
    }

    private void identify(String path) throws IOException {
        Optional<DirectoryIdentity> identity = resolve(path, List.of()).identity();
        identity.ifPresent(found -> identities.put(path, found));
    }

    private Resolution resolve(String path, Collection<String> mounted) throws IOException {
        return tree().resolve(path, mounted, Objects.requireNonNull(top, "top"));
    }

    private RootTree tree() {
        return mountPoints.tree();
    }

    /** The shm directory is part of the devices; it is in the table only so that paths below it are known to be in memory. */
    private List<Mount> ordered() {
        List<Mount> all = new ArrayList<>(mounts.values());
        all.removeIf(Mount.Directory.class::isInstance);
        all.addAll(directories);
        all.sort(Comparator.comparingInt(mount -> depth(mount.target())));
        return all;
    }

    private static List<HostBind> byDepth(List<HostBind> binds) {
        return binds.stream()
                .sorted(Comparator.comparingInt(bind -> depth(bind.target())))
                .toList();
    }

    private static int depth(String path) {
        return path.equals("/") ? 0 : (int) path.chars().filter(c -> c == '/').count();
    }
}
