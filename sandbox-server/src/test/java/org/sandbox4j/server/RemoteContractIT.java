package org.sandbox4j.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.testkit.Capability;
import org.sandbox4j.testkit.SandboxContract;

/** The contract, kept by sandboxes on a server. */
@Tag("any-jdk")
class RemoteContractIT extends SandboxContract {
    @TempDir
    private static Path directory;

    private static SandboxHttpServer server;

    @BeforeAll
    static void start() {
        server = SandboxHttpServer.builder()
                .dataDirectory(directory.resolve("data"))
                .port(0)
                .backend(backendOfThisHost())
                .network(true)
                .workers(64)
                .queueWait(Duration.ofSeconds(30))
                .memory(1L << 30)
                .processes(4096)
                .fileSize(Long.MAX_VALUE)
                .disk(4L << 30)
                .start();
    }

    /** Named, since the property that names the backend of the checks would be the server's, too. */
    private static String backendOfThisHost() {
        return Sandboxes.diagnose().stream()
                .filter(diagnosis -> !diagnosis.backend().equals("remote"))
                .filter(diagnosis -> diagnosis.availability() instanceof Availability.Available)
                .findFirst()
                .orElseThrow()
                .backend();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected SandboxBuilder builder(Path directory) {
        return Sandbox.builder(directory).backend("remote");
    }

    @Override
    protected Map<String, String> systemProperties() {
        return Map.of(
                SandboxBuilder.BACKEND_PROPERTY,
                "remote",
                "sandbox4j.remote.url",
                server.url().toString(),
                // Each of them unpacks, compares and keeps a tree on the server.
                "sandbox4j.testkit.runs",
                "40",
                "sandbox4j.testkit.sandboxes",
                "8");
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(
                Capability.HOST_NETWORK,
                Capability.HOST_BINDS,
                Capability.EXACT_FILES,
                Capability.CALLERS_TERMINAL,
                Capability.DEATH_WITH_CALLER));
    }
}
