package org.sandbox4j.local.overlay;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.HostCharset;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.StageList;

/**
 * The diverted changes of one run. On disk it is a directory with a numbered part for each overlay; what there is of it after
 * a crash is finished or thrown away by {@link Overlays#recover()}. For one run.
 */
public final class OverlayTransaction implements AutoCloseable {
    private final Path directory;
    private final List<Lower> lowers;
    private final MergeProgram program;
    private final StageList stage;

    /**
     * A directory of a staged tree that is not to be written itself.
     *
     * @param path where it is on the host
     * @param device the number of its file system
     * @param inode its inode number
     */
    public record Lower(Path path, long device, long inode) {
        static Lower of(Path path) throws IOException {
            return new Lower(path, (Long) Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS), (Long)
                    Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        }
    }

    private OverlayTransaction(Path directory, Path root, List<Lower> lowers, OverlayMode mode, Launcher launcher) {
        this.directory = directory;
        this.lowers = List.copyOf(lowers);
        program = new MergeProgram(directory, root, launcher);
        StageList words = mode.namespaces();
        for (int part = 0; part < lowers.size(); part++) {
            Lower lower = lowers.get(part);
            words = words.then(
                    "overlay",
                    lower.device(),
                    lower.inode(),
                    lower.path(),
                    upper(part),
                    part(part).resolve("work"),
                    merged(part),
                    mode.options());
        }
        stage = words;
    }

    static OverlayTransaction begin(Path directory, Path root, List<Lower> lowers, OverlayMode mode, Launcher launcher)
            throws IOException {
        OverlayTransaction transaction = new OverlayTransaction(directory, root, lowers, mode, launcher);
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        for (int part = 0; part < lowers.size(); part++) {
            Files.createDirectory(transaction.part(part));
            Files.createDirectory(transaction.upper(part));
            Files.createDirectory(transaction.part(part).resolve("work"));
            Files.createDirectory(transaction.merged(part));
            Lower lower = lowers.get(part);
            // Below the root, from whose handle it is reached again when the changes are taken over.
            for (Object word : List.of(root.relativize(lower.path()), lower.device(), lower.inode())) {
                words.writeBytes(word.toString().getBytes(HostCharset.forPaths()));
                words.write(0);
            }
        }
        // A plain stream: an interrupt of the calling thread would close a channel.
        try (OutputStream file = new FileOutputStream(directory.resolve("parts").toFile())) {
            file.write(words.toByteArray());
        }
        return transaction;
    }

    /** Returns what mounts the overlays. */
    public StageList stage() {
        return stage;
    }

    /** Returns where a lower directory appears with the changes, in the namespaces of {@link #stage()} alone. */
    public Path merged(int part) {
        return part(part).resolve("merged");
    }

    /**
     * Takes the changes over into the tree: all of them, or, when it fails, none. Only when no process of the run is left.
     *
     * @throws SandboxException if that cannot be done; {@link #recover()} takes back what could not be taken back at once
     */
    public void commit() {
        if (!hasChanges()) {
            close();
            return;
        }
        program.merge();
    }

    /**
     * Finishes what {@link #commit()} could not, or takes it back.
     *
     * @throws SandboxException if neither can be done now
     */
    public void recover() {
        program.recover();
    }

    /** Throws the changes away, and does nothing after {@link #commit()}. Only when no process of the run is left. */
    @Override
    public void close() {
        try {
            for (int part = 0; part < lowers.size(); part++) {
                removeEmptyPart(part);
            }
            Files.deleteIfExists(directory.resolve("parts"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            program.discard();
        }
    }

    /** Most runs change little or nothing, and starting a program costs more than looking. */
    private boolean hasChanges() {
        try {
            for (int part = 0; part < lowers.size(); part++) {
                if (hasChanges(part)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean hasChanges(int part) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(upper(part))) {
            if (entries.iterator().hasNext()) {
                return true;
            }
        }
        return !TopDirectory.of(lowers.get(part).path()).isShownBy(TopDirectory.of(upper(part)));
    }

    /** Fails when there is anything but what overlayfs itself leaves. */
    private void removeEmptyPart(int part) throws IOException {
        Path work = part(part).resolve("work");
        Path volatileMark = work.resolve("work/incompat/volatile");
        if (Files.exists(work, LinkOption.NOFOLLOW_LINKS)) {
            for (Path closed : List.of(work.resolve("work"), work.resolve("work/incompat"), volatileMark)) {
                if (Files.exists(closed, LinkOption.NOFOLLOW_LINKS)) {
                    Files.setAttribute(closed, "unix:mode", 0700);
                }
            }
            Files.deleteIfExists(volatileMark.resolve("dirty"));
            Files.deleteIfExists(volatileMark);
            Files.deleteIfExists(work.resolve("work/incompat"));
            Files.deleteIfExists(work.resolve("work"));
            Files.deleteIfExists(work.resolve("index"));
        }
        for (String name : List.of("upper", "work", "merged", "")) {
            Files.deleteIfExists(part(part).resolve(name));
        }
    }

    private Path upper(int part) {
        return part(part).resolve("upper");
    }

    private Path part(int part) {
        return directory.resolve(Integer.toString(part));
    }
}
