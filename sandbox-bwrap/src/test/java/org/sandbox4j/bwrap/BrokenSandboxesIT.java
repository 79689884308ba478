package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.sandbox4j.spi.Availability;

/** The conformance kit finds what is broken, says what it is, and finds nothing where nothing is. */
@Tag("any-jdk")
class BrokenSandboxesIT {
    private static final String DEADLINE = "sandbox4j.testkit.deadline";

    @BeforeAll
    static void assumeAvailable() {
        boolean available = new BwrapSandboxProvider().probe() instanceof Availability.Available;
        Assumptions.assumeTrue(available, "Skipped: bubblewrap cannot be used here, so there is nothing to break.");
    }

    /** What never becomes true need not be waited for. */
    @BeforeEach
    void shortenDeadline() {
        System.setProperty(DEADLINE, "3");
    }

    @AfterEach
    void reset() {
        System.clearProperty(DEADLINE);
        BrokenContract.breakBy(Optional.empty());
    }

    @ParameterizedTest
    @EnumSource
    void kit_brokenSandbox_failsTheRightCheck(Defect defect) {
        List<Outcome> outcomes = run(Optional.of(defect), Set.of(defect.check()));
        assertThat(outcomes).singleElement().satisfies(outcome -> {
            assertThat(outcome.result().getStatus()).isEqualTo(TestExecutionResult.Status.FAILED);
            assertThat(outcome.message()).contains(defect.symptom());
        });
    }

    @Test
    void kit_intactSandbox_passesTheSameChecks() {
        System.clearProperty(DEADLINE);
        Set<String> checks =
                Arrays.stream(Defect.values()).map(Defect::check).collect(Collectors.toCollection(TreeSet::new));
        assertThat(run(Optional.empty(), checks))
                .hasSameSizeAs(checks)
                .allSatisfy(outcome -> assertThat(outcome.result())
                        .as("%s: %s", outcome.check(), outcome.message())
                        .isEqualTo(TestExecutionResult.successful()));
    }

    /** What became of one check. */
    private record Outcome(String check, TestExecutionResult result) {
        String message() {
            return result.getThrowable().map(Throwable::toString).orElse("");
        }
    }

    private static List<Outcome> run(Optional<Defect> defect, Set<String> checks) {
        BrokenContract.breakBy(defect);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(checks.stream()
                        .map(check -> DiscoverySelectors.selectMethod(BrokenContract.class, check))
                        .toArray(MethodSelector[]::new))
                .build();
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build();
        Launcher launcher = LauncherFactory.create(config);
        List<Outcome> outcomes = new ArrayList<>();
        launcher.execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    outcomes.add(new Outcome(test.getDisplayName(), result));
                }
            }
        });
        return outcomes;
    }
}
