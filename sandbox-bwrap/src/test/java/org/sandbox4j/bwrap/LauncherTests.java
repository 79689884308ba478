package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.testkit.Census;
import org.sandbox4j.testkit.SandboxAssertions;

/** Tests that run with each launcher, on a fresh staged root, and that must leave nothing behind. */
@ParameterizedClass
@ValueSource(strings = {"native", "process"})
@RestoreSystemProperties
abstract class LauncherTests {
    /** The JVM itself opens a few descriptors when it meets a class for the first time. */
    private static final int TOLERANCE = 8;

    private static final Set<String> WARM = new HashSet<>();

    final String launcher;
    Staging staging;
    private Census before;

    LauncherTests(String launcher) {
        this.launcher = launcher;
    }

    @BeforeEach
    final void stage() throws Exception {
        System.setProperty("sandbox4j.launcher", launcher);
        staging = Staging.create();
        if (WARM.add(launcher)) {
            // Its threads and the file that it keeps in memory are no leak.
            normalRunWorks();
        }
        before = Census.of(staging.base());
    }

    /** Whatever a test has done, a fresh sandbox works afterwards, and nothing is left of its own. */
    @AfterEach
    final void checkWhatIsLeft() throws Exception {
        boolean interrupted = Thread.interrupted();
        try (Staging used = staging) {
            normalRunWorks();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(3))
                    .untilAsserted(() ->
                            assertThat(leakedDescriptors(used)).as("leaked").isEmpty());
        }
        assertThat(staging.base()).doesNotExist();
        assertThat(interrupted).as("an interrupt was left over").isFalse();
    }

    /** Runs a command in a sandbox of its own. */
    final void normalRunWorks() throws IOException, InterruptedException {
        try (Staging fresh = Staging.create();
                Sandbox sandbox = fresh.open()) {
            SandboxAssertions.assertThat(sandbox.execute(SandboxCommand.of("/bin/printf", "%s", "works")))
                    .succeeded()
                    .wrote("works");
        }
    }

    private List<String> leakedDescriptors(Staging used) {
        return Census.of(used.base()).growthSince(before, TOLERANCE).stream()
                .filter(line -> line.startsWith("descriptors") || line.startsWith("child") || line.startsWith("mounts"))
                .toList();
    }

    final List<Path> entriesOfRoot() throws IOException {
        try (var entries = Files.list(staging.root())) {
            return entries.map(Path::getFileName).sorted().toList();
        }
    }
}
