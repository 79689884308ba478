package org.sandbox4j.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out rooms for shell commands, each to one request at a time, and keeps a few for the next ones: making a root and opening
 * a sandbox takes about as long as a short command. Thread-safe.
 */
final class ShellRooms implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShellRooms.class);

    /** Then the image may have something new at its top. */
    private static final long LONGEST_LIFE = Duration.ofMinutes(1).toNanos();

    /** Makes rooms. */
    interface Maker {
        ShellRoom make() throws IOException;
    }

    private record Idle(ShellRoom room, long madeAt) {}

    private final Maker maker;
    private final int mostIdle;
    private final LongSupplier nanoTime;
    // Both guarded by this.
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    ShellRooms(Maker maker, int mostIdle, LongSupplier nanoTime) {
        this.maker = maker;
        this.mostIdle = mostIdle;
        this.nanoTime = nanoTime;
    }

    /**
     * Gives a request a room.
     *
     * @throws org.sandbox4j.SandboxException if no sandbox can be opened
     */
    ShellPlace take() throws IOException {
        expire();
        Idle taken = poll();
        if (taken == null) {
            taken = new Idle(maker.make(), nanoTime.getAsLong());
        }
        Idle room = taken;
        return ShellPlace.make(room.room, () -> giveBack(room));
    }

    private synchronized Idle poll() {
        return idle.pollFirst();
    }

    private void giveBack(Idle room) {
        try {
            room.room.clean();
            if (keep(room)) {
                return;
            }
        } catch (IOException e) {
            LOG.debug("a room cannot be cleaned, so it is given up: {}", e.toString());
        }
        room.room.close();
    }

    private synchronized boolean keep(Idle room) {
        if (closed || isOld(room) || idle.size() >= mostIdle) {
            return false;
        }
        idle.addFirst(room);
        return true;
    }

    private boolean isOld(Idle room) {
        return nanoTime.getAsLong() - room.madeAt > LONGEST_LIFE;
    }

    /** Removes rooms that are too old to be used again. */
    void expire() {
        List<Idle> old = new ArrayList<>();
        synchronized (this) {
            idle.removeIf(room -> isOld(room) && old.add(room));
        }
        old.forEach(room -> room.room.close());
    }

    /** Removes rooms that nobody uses, and lets the others go when they are given back. */
    @Override
    public void close() {
        List<Idle> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(idle);
            idle.clear();
        }
        left.forEach(room -> room.room.close());
    }
}
