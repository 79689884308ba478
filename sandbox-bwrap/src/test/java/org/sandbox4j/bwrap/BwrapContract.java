package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.testkit.SandboxContract;

/** The contract of sandboxes, kept with bubblewrap and one of the two ways to launch it. */
abstract class BwrapContract extends SandboxContract {
    private final String launcher;

    /** Takes the name of a launcher: {@code native} or {@code process}. */
    BwrapContract(String launcher) {
        this.launcher = launcher;
    }

    @BeforeAll
    static void assumeAvailable() {
        if (new BwrapSandboxProvider().probe() instanceof Availability.Unavailable unavailable) {
            Assumptions.abort(
                    "Skipped: bubblewrap cannot be used here, " + unavailable.reason() + " " + unavailable.remedy());
        }
    }

    @Override
    protected SandboxBuilder builder(Path directory) {
        return Sandbox.builder(directory).backend(BwrapSandboxProvider.ID);
    }

    @Override
    protected Map<String, String> systemProperties() {
        return Map.of(SandboxBuilder.BACKEND_PROPERTY, BwrapSandboxProvider.ID, "sandbox4j.launcher", launcher);
    }
}
