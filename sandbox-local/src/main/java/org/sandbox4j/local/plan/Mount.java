package org.sandbox4j.local.plan;

import java.nio.file.Path;
import java.util.OptionalLong;

/** One thing that is mounted over the root. Targets are absolute paths inside the sandbox that lead through no link. */
public sealed interface Mount {
    /** Returns where it appears. */
    String target();

    /**
     * A file or directory of the host.
     *
     * @param source an absolute path on the host
     * @param target where it appears
     * @param writable whether commands may change it
     * @param device whether it is a device that commands may open
     */
    record Bind(Path source, String target, boolean writable, boolean device) implements Mount {}

    /**
     * An empty file system in memory that ends with the run.
     *
     * @param target where it appears
     * @param mode the mode of its top directory
     * @param size what it holds at most, in bytes; the kernel's default, half of the machine's memory, when empty
     */
    record Memory(String target, int mode, OptionalLong size) implements Mount {
        /** Makes one of the default size. */
        public Memory(String target, int mode) {
            this(target, mode, OptionalLong.empty());
        }
    }

    /**
     * A directory to be made in an earlier {@link Memory}.
     *
     * @param target where it appears
     */
    record Directory(String target) implements Mount {}

    /**
     * The sandbox's own processes, proc(5), with what could harm or betray the host covered.
     *
     * @param target where they appear
     */
    record Processes(String target) implements Mount {}

    /**
     * The harmless devices, on a file system in memory that commands cannot change.
     *
     * @param target where they appear
     * @param sharedMemory whether there is a {@code shm} for everybody
     * @param sharedMemorySize what that holds at most, in bytes; the kernel's default when empty
     * @param terminals which devices of terminals there are
     */
    record Devices(String target, boolean sharedMemory, OptionalLong sharedMemorySize, Terminals terminals)
            implements Mount {
        /** Makes them without terminals, with a shared memory of the default size. */
        public Devices(String target, boolean sharedMemory) {
            this(target, sharedMemory, OptionalLong.empty(), Terminals.NONE);
        }

        /** Returns the same with other terminals. */
        public Devices with(Terminals other) {
            return new Devices(target, sharedMemory, sharedMemorySize, other);
        }
    }

    /** The devices of terminals, which are the sandbox's own. */
    enum Terminals {
        /** There are none. */
        NONE,
        /** The backend mounts them. */
        OF_BACKEND,
        /** They are bound from where they were mounted before; the backend adds what leads to them. */
        BOUND
    }
}
