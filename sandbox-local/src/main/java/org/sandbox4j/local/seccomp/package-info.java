/**
 * System call filters, seccomp(2): {@link org.sandbox4j.local.seccomp.SeccompProgram} turns the readable table of
 * {@code SeccompRules} into the kernel's bytes.
 */
@NullMarked
package org.sandbox4j.local.seccomp;

import org.jspecify.annotations.NullMarked;
