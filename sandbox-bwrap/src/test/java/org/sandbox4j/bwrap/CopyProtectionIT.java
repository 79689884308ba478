package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.SandboxBuilder;

/** The second way to protect artifacts keeps the same rules as the first, which the kit is run with. */
class CopyProtectionIT {
    static final class CopyingContract extends LocalContract {
        CopyingContract() {
            super("auto");
        }

        @Override
        protected SandboxBuilder builder(Path directory) {
            return super.builder(directory).artifactProtection(ArtifactProtection.COPY);
        }
    }

    @Test
    void kit_protectionByCopying_keepsTheRulesOfArtifacts() {
        TestedBackend.assumeAvailable();
        List<String> checks = Arrays.stream(CopyingContract.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.matches("rule3[234]_.*"))
                .toList();

        assertThat(checks).hasSizeGreaterThan(10);
        assertThat(KitRun.of(CopyingContract.class, checks))
                .hasSameSizeAs(checks)
                .allSatisfy(outcome -> assertThat(outcome.result())
                        .as("%s: %s", outcome.check(), outcome.message())
                        .isEqualTo(TestExecutionResult.successful()));
    }
}
