package org.sandbox4j.bwrap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The JDK's threads that wait for processes. It keeps those that have nothing to do for the next process. */
final class Reapers implements AutoCloseable {
    private final List<Process> waitedFor = new ArrayList<>();

    private Reapers() {}

    /** Starts processes until every thread that can wait for one has one, so that the next process needs a new thread. */
    static Reapers keepBusy() throws IOException, NoRoomException {
        Reapers busy = new Reapers();
        Set<Thread> before = all();
        while (before.containsAll(all())) {
            busy.start();
        }
        return busy;
    }

    private void start() throws IOException, NoRoomException {
        try {
            waitedFor.add(new ProcessBuilder("cat").start());
        } catch (OutOfMemoryError e) {
            close();
            throw new NoRoomException("no thread to wait for a process: " + e.getMessage());
        }
    }

    private static Set<Thread> all() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("process reaper"))
                .collect(Collectors.toSet());
    }

    /** Returns when the processes are gone and count no more. */
    @Override
    public void close() {
        waitedFor.forEach(Process::destroyForcibly);
        waitedFor.forEach(process -> process.onExit().join());
    }
}
