package org.sandbox4j;

/**
 * One thing that a sandbox keeps apart from the host. {@link Sandbox#isolation()} tells which of them a sandbox
 * guarantees, {@link SandboxBuilder#require(Isolation...)} asks for them. A backend reports what it has tried on this
 * host, and leaves out what it cannot guarantee.
 */
public enum Isolation {
    /** Commands see the staged root and what the caller bound into it, no other file of the host. */
    FILESYSTEM,
    /** Commands neither see nor signal processes outside, and none of theirs outlives the run. */
    PROCESSES,
    /** Without {@link SandboxFlags#NETWORK_ENABLED} there is a private loopback and nothing else. */
    NETWORK,
    /** System V and POSIX inter-process communication is the sandbox's own. */
    IPC,
    /** Host and domain name are the sandbox's own. */
    HOSTNAME,
    /** Only the harmless devices of {@link Sandbox#DEVICES}, {@code /dev/full} and own terminals exist. */
    DEVICES,
    /** Commands have no capabilities, cannot gain privileges, and have no powers of the host's uid 0. */
    PRIVILEGES,
    /** A seccomp filter refuses system calls that have no place in a sandbox. */
    SYSCALLS,
    /** Files that are hard-linked into protected directories from outside are never changed (rules 32 to 34). */
    ARTIFACTS,
    /** {@link ResourceLimits} are enforced. */
    LIMITS
}
