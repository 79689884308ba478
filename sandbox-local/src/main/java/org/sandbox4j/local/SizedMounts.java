package org.sandbox4j.local;

import java.util.List;
import java.util.OptionalLong;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.local.limits.LimitPlan;
import org.sandbox4j.local.plan.Mount;

/** Gives the file systems in memory that commands can write their sizes: {@code /tmp}, which is the only one by itself, and shm. */
final class SizedMounts {
    private SizedMounts() {}

    static List<Mount> of(List<Mount> mounts, LimitPlan limits) {
        OptionalLong temporary = limits.size(Resource.TMP_SIZE);
        OptionalLong sharedMemory = limits.size(Resource.SHM_SIZE);
        return temporary.isEmpty() && sharedMemory.isEmpty()
                ? mounts
                : mounts.stream()
                        .map(mount -> sized(mount, temporary, sharedMemory))
                        .toList();
    }

    private static Mount sized(Mount mount, OptionalLong temporary, OptionalLong sharedMemory) {
        if (mount instanceof Mount.Memory memory) {
            return new Mount.Memory(memory.target(), memory.mode(), temporary);
        }
        return mount instanceof Mount.Devices devices
                ? new Mount.Devices(devices.target(), devices.sharedMemory(), sharedMemory, devices.terminals())
                : mount;
    }
}
