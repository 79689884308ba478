package org.sandbox4j.local.limits;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The control group of one run, made for some of the {@link Controller}s; the others answer nothing. Thread-safe. */
interface ControlGroup {
    /**
     * CPU time of all processes that were ever in the group.
     *
     * @param total the sum, which may be more precise than its parts
     * @param user the part in user mode
     * @param system the part in the kernel
     */
    record CpuTime(Duration total, Duration user, Duration system) {}

    /** As many processes as there can be on one host, which the kernel writes as "max". */
    long ALL_PROCESSES = 4 * 1024 * 1024;

    /** Returns what is written for a number of processes; the kernel refuses larger ones than there can be. */
    static String processes(long amount) {
        return amount > ALL_PROCESSES ? "max" : Long.toString(amount);
    }

    /** Returns the files into which a process writes to enter. */
    List<String> entrances();

    /** Tells whether a process was killed for want of memory. */
    boolean ranOutOfMemory() throws IOException;

    /** Tells whether the kernel kills the whole group when it runs out of memory. */
    boolean endsAsOne();

    /** Returns how often a process or thread was refused. */
    long refusedForks() throws IOException;

    /** Returns the CPU time. */
    CpuTime cpuTime() throws IOException;

    /** Returns the most memory that was in use at once, if the kernel tells. */
    OptionalLong peakMemory() throws IOException;

    /** Removes the group, which has no process any more; the kernel may take a moment to agree. */
    void remove();
}
