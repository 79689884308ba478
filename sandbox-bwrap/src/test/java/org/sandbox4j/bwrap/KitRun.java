package org.sandbox4j.bwrap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

/** Runs some checks of the kit inside of a test. */
final class KitRun {
    private KitRun() {}

    /** What became of one check. */
    record Outcome(String check, TestExecutionResult result) {
        String message() {
            return result.getThrowable().map(Throwable::toString).orElse("");
        }
    }

    static List<Outcome> of(Class<? extends LocalContract> contract, Collection<String> checks) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(checks.stream()
                        .map(check -> DiscoverySelectors.selectMethod(contract, check))
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
