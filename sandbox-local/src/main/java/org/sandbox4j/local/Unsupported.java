package org.sandbox4j.local;

import java.util.Map;
import java.util.Optional;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.local.host.HostTerminal;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.spi.SandboxConfig;

/** Refuses what the local backends cannot do yet, before anything is made or started. */
final class Unsupported {
    private Unsupported() {}

    static void refuse(SandboxConfig config, Isolator isolator) {
        refuse(config.limits());
        Optional<SeccompProfile> profile = config.seccomp().filter(asked -> asked != SeccompProfile.NONE);
        if (profile.isPresent() && !isolator.isolation().contains(Isolation.SYSCALLS)) {
            throw new SandboxUnsupportedException(
                    "The backend '" + isolator.backend() + "' cannot load the seccomp profile " + profile.get()
                            + " here. Leave the profile out, or use SeccompProfile.NONE.");
        }
    }

    static void refuse(PlannedCommand command) {
        command.command().limits().ifPresent(Unsupported::refuse);
        if (command.has(SandboxFlags.INTERACTIVE)
                && command.stdin() instanceof Stdio.Inherit
                && HostTerminal.isStandardInput()) {
            throw new SandboxUnsupportedException(
                    "INTERACTIVE with a terminal as standard input cannot be done by this version. Redirect the JVM's standard "
                            + "input, or give the sandbox another one with SandboxBuilder.stdin.");
        }
    }

    private static void refuse(ResourceLimits limits) {
        for (Map.Entry<ResourceLimits.Resource, ResourceLimits.Limit> limit :
                limits.asMap().entrySet()) {
            if (limit.getValue().enforcement() == ResourceLimits.Enforcement.REQUIRED) {
                throw new SandboxUnsupportedException("The limit of " + limit.getKey()
                        + " cannot be enforced by this version. Make it BEST_EFFORT, use SandboxCommand.timeout for wall time, "
                        + "or limit the JVM from outside.");
            }
        }
    }
}
