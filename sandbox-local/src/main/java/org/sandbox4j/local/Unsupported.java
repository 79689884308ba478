package org.sandbox4j.local;

import java.util.Optional;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.limits.LimitPlan;
import org.sandbox4j.local.limits.LimitsOfThisHost;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.spi.SandboxConfig;

/** Refuses what the local backends cannot do yet, before anything is made or started. */
final class Unsupported {
    private Unsupported() {}

    static void refuse(SandboxConfig config, Isolator isolator) {
        // Planned to be refused early; each run has a plan of its own.
        LimitPlan unused =
                LimitsOfThisHost.plan(config.limits(), new LimitPlan.Place(isolator.sizesFileSystems(), false));
        Optional<SeccompProfile> profile = config.seccomp().filter(asked -> asked != SeccompProfile.NONE);
        if (profile.isPresent() && !isolator.filtersSystemCalls()) {
            throw new SandboxUnsupportedException(
                    "The backend '" + isolator.backend() + "' cannot load the seccomp profile " + profile.get()
                            + " here. Leave the profile out, or use SeccompProfile.NONE.");
        }
    }

    static void refuse(PlannedCommand command, Launcher launcher) {
        if (launcher.offersTerminals()) {
            return;
        }
        String remedy =
                "the launcher '" + launcher.name() + "' cannot give commands a terminal. Let the JVM use native code"
                        + " (--enable-native-access, and -Djna.tmpdir or -Djava.io.tmpdir with directories that are not mounted noexec,"
                        + " see the README)";
        if (command.hasCallersTerminal()) {
            throw new SandboxUnsupportedException(
                    "INTERACTIVE with a terminal as standard input: " + remedy
                            + ", redirect the JVM's standard input, or give the sandbox another one with SandboxBuilder.stdin.");
        }
        if (command.command().terminal().isPresent()) {
            throw new SandboxUnsupportedException("SandboxCommand.terminal: " + remedy + ".");
        }
    }
}
