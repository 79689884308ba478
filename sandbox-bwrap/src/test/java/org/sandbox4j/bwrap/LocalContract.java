package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.testkit.SandboxContract;

/** The contract of sandboxes, kept by a backend of this host with one of the two ways to launch it. */
abstract class LocalContract extends SandboxContract {
    private final String launcher;

    /** Takes the name of a launcher: {@code native} or {@code process}. */
    LocalContract(String launcher) {
        this.launcher = launcher;
    }

    @BeforeAll
    static void assumeAvailable() {
        TestedBackend.assumeAvailable();
    }

    @Override
    protected SandboxBuilder builder(Path directory) {
        return Sandbox.builder(directory).backend(TestedBackend.id());
    }

    @Override
    protected Map<String, String> systemProperties() {
        return Map.of(SandboxBuilder.BACKEND_PROPERTY, TestedBackend.id(), "sandbox4j.launcher", launcher);
    }
}
