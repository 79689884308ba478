package org.sandbox4j.local.host;

import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.spi.Availability;

/**
 * A program that makes namespaces, and what its failures mean.
 *
 * @param name what it is called
 * @param program its absolute path on the host
 */
public record IsolationTool(String name, Path program) {
    private static final String NAMESPACES_REMEDY =
            "Allow unprivileged user namespaces for this process, or run it where they are allowed.";
    private static final String CONTAINER_REMEDY =
            "In a container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
                    + " --security-opt systempaths=unconfined, with --cap-add SYS_ADMIN too for a root that may make no user"
                    + " namespaces.";

    /** Explains a failure of a run. */
    public SandboxSetupException setupFailure(String diagnostics, String exit) {
        String said = diagnostics.isEmpty() ? "it said nothing" : "it said: " + FailedStep.translated(diagnostics);
        String hint = diagnostics.contains("Resource temporarily unavailable")
                ? " Raise the limit of processes (ulimit -u, or the pids cgroup), or run fewer sandboxes at once."
                : diagnostics.contains("No such file or directory")
                        ? " A directory of the sandbox was removed while it was being set up; stage it again."
                        : " Run bin/doctor for what this host allows.";
        String reason = diagnostics.contains("Resource temporarily unavailable") ? "fork-refused" : "setup-failed";
        return new SandboxSetupException(
                reason, "'" + program + "' could not set up the sandbox (" + exit + "); " + said + "." + hint, null);
    }

    /**
     * Explains why no sandbox can be made here.
     *
     * @param diagnostics what was said when one was tried
     * @param sysctls what the kernel's settings say about user namespaces
     */
    public Availability.Unavailable unavailable(String diagnostics, NamespaceSettings sysctls) {
        Optional<FailedStep> step = FailedStep.in(diagnostics);
        String failure = FailedStep.translated(diagnostics.strip());
        String said = name + " at " + program + " cannot make a sandbox here: " + failure;
        String inContainers = isDenied(failure) ? ". " + CONTAINER_REMEDY : "";
        if (diagnostics.contains("Can't mount proc")
                || step.filter(one -> one.word().equals("proc")).isPresent()) {
            return new Availability.Unavailable(
                    said
                            + ". A new /proc may not be mounted, as inside an unprivileged container whose own /proc is partly covered.",
                    "Give the container an uncovered /proc (Docker: --security-opt systempaths=unconfined, Kubernetes: procMount: Unmasked), or run outside of it.");
        }
        if (step.filter(one -> one.errno() == ErrorNumber.ENOSYS).isPresent()) {
            return new Availability.Unavailable(
                    said + ". This kernel lacks a system call for mounts (ENOSYS).",
                    "Use Linux 5.12 or later, or install bubblewrap.");
        }
        if (PivotRoot.isBlamedBy(diagnostics, step)) {
            return new Availability.Unavailable(
                    said + ". The call pivot_root(2) was refused.", PivotRoot.remedy(failure));
        }
        if (sysctls.maxUserNamespaces() == 0) {
            return new Availability.Unavailable(
                    said + ". The kernel allows no user namespaces: user.max_user_namespaces is 0.",
                    "Run: sysctl -w user.max_user_namespaces=15000");
        }
        if (sysctls.debianForbids()) {
            return new Availability.Unavailable(
                    said + ". The kernel allows user namespaces to root alone: kernel.unprivileged_userns_clone is 0.",
                    "Run: sysctl -w kernel.unprivileged_userns_clone=1" + inContainers);
        }
        if (sysctls.appArmorRestricts()) {
            return new Availability.Unavailable(
                    said
                            + ". AppArmor restricts unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1, as on Ubuntu 23.10 and later).",
                    "Install the profile for " + program
                            + " that the README shows, or run: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
                            + inContainers);
        }
        if (isDenied(failure)) {
            return new Availability.Unavailable(
                    said + ". Something forbids user namespaces, such as the seccomp profile of a container.",
                    NAMESPACES_REMEDY + " " + CONTAINER_REMEDY);
        }
        return new Availability.Unavailable(said + ".", NAMESPACES_REMEDY);
    }

    /** Bubblewrap has words of its own for the first of these where it makes a user namespace. */
    private static boolean isDenied(String failure) {
        return failure.contains("Operation not permitted")
                || failure.contains("Permission denied")
                || failure.contains("No permissions to create");
    }
}
