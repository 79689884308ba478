package org.sandbox4j.local.seccomp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.spi.SandboxConfig;

/** Chooses the system call filter of a sandbox. */
public final class KernelFilters {
    /** There since Linux 4.14, when the kernel can filter system calls, seccomp(2). */
    private static final Path ACTIONS = Path.of("/proc/sys/kernel/seccomp/actions_avail");

    private KernelFilters() {}

    /** Tells whether this kernel can filter system calls, and whether there are filters for this machine. */
    public static boolean available() {
        return Files.exists(ACTIONS) && architecture().isPresent();
    }

    /** Says why {@link #available()} is false, and what to do about it. */
    public static String whyUnavailable() {
        return Files.exists(ACTIONS)
                ? "There are no filters of system calls for the machine '" + System.getProperty("os.arch", "")
                        + "'. Use one of x86-64 or aarch64."
                : "This kernel cannot filter system calls (there is no " + ACTIONS
                        + "). Use one with CONFIG_SECCOMP_FILTER.";
    }

    /**
     * Returns the filter that was asked for, or the standard one where it can be had.
     *
     * @param nestedNamespaces whether commands may make user namespaces, which every filter refuses
     * @throws SandboxUnsupportedException if a filter was asked for that cannot be had
     */
    public static Optional<SeccompProgram> choose(SandboxConfig config, boolean nestedNamespaces) {
        Optional<SeccompProfile> asked = config.seccomp();
        boolean needed = asked.isPresent() && asked.get() != SeccompProfile.NONE;
        if (needed && nestedNamespaces) {
            throw new SandboxUnsupportedException("The seccomp profile " + asked.get()
                    + " refuses what the backend's option nestedNamespaces allows. Leave out one of them.");
        }
        if (needed && !available()) {
            throw new SandboxUnsupportedException("This kernel cannot filter system calls (there is no " + ACTIONS
                    + "), so the seccomp profile " + asked.get() + " cannot be loaded. Leave it out.");
        }
        if (nestedNamespaces || !available()) {
            return Optional.empty();
        }
        SeccompProfile profile = asked.orElse(SeccompProfile.STANDARD);
        Architecture architecture = architecture().orElseThrow();
        return config.personality() == Personality.LINUX32
                ? SeccompProgram.with32BitPrograms(profile, architecture)
                : SeccompProgram.of(profile, architecture);
    }

    private static Optional<Architecture> architecture() {
        return Architecture.of(System.getProperty("os.arch", ""));
    }
}
