package org.sandbox4j.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sandbox4j.local.launch.InitProgram;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.spi.Availability;

/** What backends of this host find out first. */
public final class LocalPlatform {
    private LocalPlatform() {}

    /** Tells why there can be no backend here, if so. */
    public static Optional<Availability.Unavailable> obstacle() {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.of(new Availability.Unavailable(
                    "this is " + system + ", and namespaces are Linux's.", "Run on Linux, or name a remote backend."));
        }
        if (!InitProgram.availableForThisMachine()) {
            return Optional.of(new Availability.Unavailable(
                    "there is no init program for the architecture " + System.getProperty("os.arch") + ".",
                    "Run on x86-64 or aarch64, or name a remote backend."));
        }
        return Optional.empty();
    }

    /**
     * Returns a plan for trying out whether a sandbox can be made: the host's own root serves as the root. It is mounted
     * read-only, and nothing of it is changed.
     */
    public static SandboxPlan trial() {
        return new SandboxPlan(
                Path.of("/"),
                false,
                List.of(
                        new Mount.Processes("/proc"),
                        new Mount.Devices("/dev", false),
                        new Mount.Memory("/tmp", 01777)),
                false,
                0,
                0,
                "sandbox");
    }
}
