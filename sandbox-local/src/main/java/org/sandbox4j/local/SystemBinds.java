package org.sandbox4j.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.AccountFiles;
import org.sandbox4j.local.host.HostSystem;
import org.sandbox4j.spi.HostBind;

/**
 * What {@code hostSystem()} shows in a run: the host's programs, what of its configuration these reach, and files of our own
 * that say who and where they are. What the root or the caller has at a place in {@code /etc} stays. Thread-safe.
 */
final class SystemBinds {
    private final Path root;
    private final Path scratch;
    private final List<HostBind> callers;
    private final List<HostBind> programs = HostSystem.binds();
    private final List<HostBind> configuration = HostSystem.configuration();
    private final Map<AccountFiles, List<HostBind>> accounts = new ConcurrentHashMap<>();

    /**
     * Takes a sandbox.
     *
     * @param root its root
     * @param scratch a directory of ours
     * @param callers what the caller binds
     */
    SystemBinds(Path root, Path scratch, List<HostBind> callers) {
        this.root = root;
        this.scratch = scratch;
        this.callers = callers;
    }

    /** Returns what is bound in a run, in this order. */
    List<HostBind> of(AccountFiles identity, boolean network) {
        List<HostBind> all = new ArrayList<>(programs);
        addMissing(all, configuration);
        addMissing(all, accounts.computeIfAbsent(identity, this::written));
        if (network) {
            addMissing(all, HostSystem.resolver().stream().toList());
        }
        return all;
    }

    private void addMissing(List<HostBind> all, List<HostBind> wanted) {
        wanted.stream()
                .filter(bind -> !isBoundByCaller(bind.target()) && !isStaged(bind.target()))
                .forEach(all::add);
    }

    private boolean isBoundByCaller(String target) {
        return callers.stream().anyMatch(bind -> (target + "/").startsWith(bind.target() + "/"));
    }

    /**
     * What is empty counts as nothing, since it may be a mount point of a run at the same time. A look by path is enough: a
     * wrong answer shows one file or the other, and mounting follows no link.
     */
    private boolean isStaged(String target) {
        Path path = root;
        for (Path name : Path.of(target.substring(1))) {
            path = path.resolve(name);
            BasicFileAttributes found = attributes(path);
            if (found == null) {
                return false;
            }
            if (found.isSymbolicLink() || (found.isRegularFile() && found.size() > 0)) {
                return true;
            }
        }
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !isEmpty(path);
    }

    private static @Nullable BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean isEmpty(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private List<HostBind> written(AccountFiles identity) {
        try {
            Path directory = Files.createTempDirectory(scratch, "etc-");
            return List.of(
                    file(directory, "passwd", identity.passwd()),
                    file(directory, "group", identity.group()),
                    file(directory, "hosts", identity.hosts()),
                    file(directory, "nsswitch.conf", AccountFiles.nameServices()));
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot write the files that hostSystem() puts into /etc to '" + scratch + "': " + e
                            + ". Make room there, or use another sandbox directory.",
                    e);
        }
    }

    private static HostBind file(Path directory, String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return new HostBind(file, "/etc/" + name, false);
    }

    /** Returns what is bound for a caller who asks for it, or nothing. */
    static Optional<SystemBinds> ifWanted(boolean wanted, Path root, Path scratch, List<HostBind> callers) {
        return wanted ? Optional.of(new SystemBinds(root, scratch, callers)) : Optional.empty();
    }
}
