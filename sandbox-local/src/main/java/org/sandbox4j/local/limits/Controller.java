package org.sandbox4j.local.limits;

/** What a control group can hold or count for all processes of a sandbox together, cgroups(7). */
enum Controller {
    /** Memory. */
    MEMORY("memory"),
    /** Processes and threads. */
    PROCESSES("pids"),
    /** CPU time, which is counted only. */
    CPU("cpuacct");

    private final String kernelName;

    Controller(String kernelName) {
        this.kernelName = kernelName;
    }

    /** Returns the name in the first version. */
    String kernelName() {
        return kernelName;
    }
}
