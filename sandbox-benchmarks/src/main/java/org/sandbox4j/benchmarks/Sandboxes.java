package org.sandbox4j.benchmarks;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;

/** Opens sandboxes with the launcher that is to be measured. */
final class Sandboxes {
    static final String NATIVE = "native";
    static final String PROCESS = "process";

    /** The backend reads it when a sandbox is opened. */
    private static final String LAUNCHER_PROPERTY = "sandbox4j.launcher";

    private Sandboxes() {}

    static Sandbox open(Path directory, String launcher) {
        return open(directory, launcher, builder -> builder);
    }

    /** Opens one whose writable places are protected by overlays, or fails. */
    static Sandbox openDiverting(Path directory) {
        return open(directory, NATIVE, builder -> builder.artifactProtection(ArtifactProtection.OVERLAY));
    }

    static Sandbox open(Path directory, String launcher, UnaryOperator<SandboxBuilder> settings) {
        return open(directory, "bwrap", launcher, settings);
    }

    static Sandbox openChroot(Path directory) {
        return open(directory, "chroot", NATIVE, builder -> builder);
    }

    private static synchronized Sandbox open(
            Path directory, String backend, String launcher, UnaryOperator<SandboxBuilder> settings) {
        System.setProperty(LAUNCHER_PROPERTY, launcher);
        try {
            return settings.apply(Sandbox.builder(directory).backend(backend)).open();
        } finally {
            System.clearProperty(LAUNCHER_PROPERTY);
        }
    }
}
