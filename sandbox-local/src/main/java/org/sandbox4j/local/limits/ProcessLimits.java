package org.sandbox4j.local.limits;

/** The numbers of the limits that the kernel keeps for each process, getrlimit(2), the same on x86-64 and aarch64. */
final class ProcessLimits {
    static final int CPU = 0;
    static final int FILE_SIZE = 1;
    static final int DATA = 2;
    static final int CORE = 4;
    static final int PROCESSES = 6;
    static final int OPEN_FILES = 7;

    private ProcessLimits() {}
}
