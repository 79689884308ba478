package org.sandbox4j.local.host;

import java.util.Optional;

/** What it means that a host refuses pivot_root(2), the last step into a sandbox's root. */
public final class PivotRoot {
    private static final String OPTIONS = "--security-opt seccomp=unconfined --security-opt apparmor=unconfined";

    private PivotRoot() {}

    /** Tells whether what was said blames it; bubblewrap names the call. */
    static boolean isBlamedBy(String diagnostics, Optional<FailedStep> step) {
        return diagnostics.contains("pivot_root")
                || step.filter(one -> one.word().equals("pivot")).isPresent();
    }

    /**
     * Returns what to do.
     *
     * @param failure what was said, with the name of the error
     */
    public static String remedy(String failure) {
        return failure.contains("Invalid argument")
                ? "This process's root is an initramfs (ramfs), a directory entered by chroot, or a shared mount: start the JVM"
                        + " from a root file system that is a mount of its own (switch_root(8)) and private"
                        + " (mount --make-rprivate /)."
                : "The seccomp or AppArmor profile of a container forbids pivot_root, whatever else it allows: docker run "
                        + OPTIONS + ", or profiles that allow it.";
    }
}
