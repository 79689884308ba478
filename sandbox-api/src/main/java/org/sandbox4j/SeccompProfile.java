package org.sandbox4j;

/** Which system calls a command is refused, see seccomp(2). Used with {@link SandboxBuilder#seccomp(SeccompProfile)}. */
public enum SeccompProfile {
    /** No filter. */
    NONE,
    /** Refuses what no build and no test needs: mounts, modules, keys, BPF, new namespaces, and the like. */
    STANDARD,
    /** Refuses what {@link #STANDARD} refuses, and debugging other processes. */
    STRICT
}
