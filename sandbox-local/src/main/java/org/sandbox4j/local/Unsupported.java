package org.sandbox4j.local;

import java.util.Map;
import java.util.Optional;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.local.launch.Launcher;
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

    static void refuse(PlannedCommand command, Launcher launcher) {
        command.command().limits().ifPresent(Unsupported::refuse);
        if (launcher.offersTerminals()) {
            return;
        }
        String remedy =
                "the launcher '" + launcher.name() + "' cannot give commands a terminal. Let the JVM use native code"
                        + " (--enable-native-access, and a java.io.tmpdir that is not mounted noexec, see the README)";
        if (command.hasCallersTerminal()) {
            throw new SandboxUnsupportedException(
                    "INTERACTIVE with a terminal as standard input: " + remedy
                            + ", redirect the JVM's standard input, or give the sandbox another one with SandboxBuilder.stdin.");
        }
        if (command.command().terminal().isPresent()) {
            throw new SandboxUnsupportedException("SandboxCommand.terminal: " + remedy + ".");
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
