package org.sandbox4j;

/**
 * Which machine commands believe to run on, see personality(2). Used with {@link SandboxBuilder#personality(Personality)}.
 */
public enum Personality {
    /** The machine as it is. Where system calls are filtered, 32-bit programs are killed at their first one (SIGSYS). */
    NATIVE,
    /**
     * The machine's 32-bit sibling, for 32-bit builds: {@code uname -m} says {@code i686} on x86-64 and {@code armv8l} on
     * aarch64. 32-bit programs run, if the kernel runs any, and are refused the same system calls as others.
     */
    LINUX32
}
