package org.sandbox4j.local.seccomp;

/**
 * What is refused.
 *
 * @param call the system call
 * @param condition when it is refused
 * @param error the error number that the command gets instead, errno(3)
 */
record SeccompRule(SystemCall call, Condition condition, int error) {}
