package org.sandbox4j.local.tree;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.SandboxValues;

/**
 * Remembers on disk which mount points were made, so that a later JVM removes them when this one is killed, and holds a
 * lock that tells JVMs with the same root of each other. The kernel drops the lock with the process, fcntl(2).
 */
final class MountPointJournal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Read and written as a file, not as a channel, which an interrupt of the calling thread would close. */
    private final RandomAccessFile file;

    private @Nullable FileLock lock;

    private MountPointJournal(RandomAccessFile file) {
        this.file = file;
    }

    static MountPointJournal open(Path scratch) throws IOException {
        return new MountPointJournal(
                new RandomAccessFile(scratch.resolve("mount-points").toFile(), "rw"));
    }

    /** Tells whether no other JVM has the root open, and keeps others out until {@link #share()}. */
    boolean tryExclusive() throws IOException {
        release();
        lock = file.getChannel().tryLock(0, Long.MAX_VALUE, false);
        return lock != null;
    }

    /** Lets other JVMs know that this one has the root open. */
    void share() throws IOException {
        release();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while ((lock = file.getChannel().tryLock(0, Long.MAX_VALUE, true)) == null) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "another JVM has kept its lock on the scratch directory for " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    void add(String path) throws IOException {
        String line = URLEncoder.encode(path, StandardCharsets.UTF_8) + "\n";
        file.seek(file.length());
        file.write(line.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns what was made, the last first. Read through the same descriptor: closing another would drop the lock. */
    List<String> entries() throws IOException {
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        List<String> entries = new ArrayList<>();
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            decoded(line).ifPresent(entries::add);
        }
        Collections.reverse(entries);
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
        release();
        file.close();
    }

    private void release() throws IOException {
        if (lock != null) {
            lock.release();
            lock = null;
        }
    }
}
