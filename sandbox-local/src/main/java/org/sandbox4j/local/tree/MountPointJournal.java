package org.sandbox4j.local.tree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.SandboxValues;
import org.sandbox4j.spi.files.OwnedFile;

/**
 * Remembers on disk which mount points were made, so that a later JVM removes them when this one is killed, and holds a
 * lock that tells JVMs with the same root of each other. The kernel drops the lock with the process, fcntl(2).
 */
final class MountPointJournal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The byte that is locked while runs use the root. */
    private static final long RUNS = Long.MAX_VALUE - 2;

    /** The byte that is locked while the sandbox is open. */
    private static final long OPEN = Long.MAX_VALUE - 1;

    /** The byte that is locked while runs write the root: shared by those that do so in place. */
    private static final long WRITING = Long.MAX_VALUE - 3;

    /** Encoded names never start with it. */
    private static final String KEPT = "!";

    private final Path path;
    private final Object identity;

    /** Read and written as a file, not as a channel, which an interrupt of the calling thread would close. */
    private final RandomAccessFile file;

    private @Nullable FileLock lock;
    private @Nullable FileLock openMark;
    private @Nullable FileLock writing;
    private boolean sharedInThisJvm;

    private MountPointJournal(Path path, Object identity, RandomAccessFile file) {
        this.path = path;
        this.identity = identity;
        this.file = file;
    }

    /** Opens the journal in a directory of ours, and makes it if it is not there. A link or a file of others is refused. */
    static MountPointJournal open(Path scratch) throws IOException {
        Path path = OwnedFile.makeUnlessThere(scratch.resolve("mount-points"));
        Object identity = identity(path);
        return new MountPointJournal(path, identity, new RandomAccessFile(path.toFile(), "rw"));
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Notes that this JVM has the sandbox open.
     *
     * @return false if another JVM that closed it just now has removed the journal, or is about to
     */
    boolean markOpen() throws IOException {
        try {
            openMark = file.getChannel().tryLock(OPEN, 1, true);
            return openMark != null && identity(path).equals(identity);
        } catch (OverlappingFileLockException e) {
            openMark = null;
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Tells whether no other JVM has the sandbox open. */
    boolean isLastOpen() throws IOException {
        if (openMark == null) {
            return false;
        }
        openMark.release();
        try {
            openMark = file.getChannel().tryLock(OPEN, 1, false);
        } catch (OverlappingFileLockException e) {
            openMark = null;
        }
        return openMark != null;
    }

    /** Tells whether no other JVM has runs in the root, and keeps others out until {@link #share()} or {@link #unlock()}. */
    boolean tryExclusive() throws IOException {
        releaseLock();
        lock = tryLock(false);
        return lock != null;
    }

    /** Lets other JVMs know that this one has runs in the root. */
    void share() throws IOException {
        releaseLock();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        sharedInThisJvm = false;
        while (!sharedInThisJvm && (lock = tryLock(true)) == null) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "another JVM has kept its lock on the scratch directory for " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Lets other JVMs know that this one has no run in the root. */
    void unlock() {
        try {
            releaseLock();
        } catch (IOException e) {
            // The kernel drops it with the descriptor.
        }
    }

    /** Tells whether no other JVM has a run that diverts its changes, and keeps such runs out until {@link #stopWriting()}. */
    boolean tryToShareWriting() throws IOException {
        return tryWriting(true);
    }

    /** Tells whether no other JVM writes the root, and keeps others out until {@link #stopWriting()}. */
    boolean tryToWriteAlone() throws IOException {
        return tryWriting(false);
    }

    private boolean tryWriting(boolean shared) throws IOException {
        stopWriting();
        try {
            writing = file.getChannel().tryLock(WRITING, 1, shared);
        } catch (OverlappingFileLockException e) {
            // Held by another copy of this library in this JVM.
            return false;
        }
        return writing != null;
    }

    void stopWriting() {
        if (writing != null) {
            try {
                writing.release();
            } catch (IOException e) {
                // The kernel drops it with the descriptor.
            }
            writing = null;
        }
    }

    /** Locks are the JVM's, so another copy of this library in it, in another class loader, must be counted as somebody else. */
    private @Nullable FileLock tryLock(boolean shared) throws IOException {
        try {
            return file.getChannel().tryLock(RUNS, 1, shared);
        } catch (OverlappingFileLockException e) {
            sharedInThisJvm = true;
            return null;
        }
    }

    /** Notes that an entry is about to be made. */
    void add(String path) throws IOException {
        append(URLEncoder.encode(path, StandardCharsets.UTF_8));
    }

    /** Notes that an entry, should it be one that was made, now stays. */
    void keep(String path) throws IOException {
        if (file.length() > 0) {
            append(KEPT + URLEncoder.encode(path, StandardCharsets.UTF_8));
        }
    }

    private void append(String line) throws IOException {
        file.seek(file.length());
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns what was made and is not to stay. Read through the same descriptor: closing another would drop the lock. */
    Set<String> entries() throws IOException {
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        Set<String> entries = new LinkedHashSet<>();
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith(KEPT)) {
                decoded(line.substring(KEPT.length())).ifPresent(entries::remove);
            } else {
                decoded(line).ifPresent(entries::add);
            }
        }
        return entries;
    }

    /** A line that a crash has cut off names nothing: it was written before its entry was to be made. */
    private static Optional<String> decoded(String line) {
        try {
            return line.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SandboxValues.directory(URLDecoder.decode(line, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    void clear() throws IOException {
        file.setLength(0);
    }

    @Override
    public void close() throws IOException {
        releaseLock();
        file.close();
    }

    private void releaseLock() throws IOException {
        if (lock != null) {
            lock.release();
            lock = null;
        }
    }
}
