package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;

/**
 * The contract, the limits, the filters of system calls, the powers, and what is told about the host once more, as an ordinary user,
 * where this JVM is a superuser's.
 */
class OrdinaryUserContractIT {
    /** Names one launcher, where the other is left to another run of these tests. */
    private static final String LAUNCHER_PROPERTY = "sandbox4j.tests.launcher";

    private static final Map<String, List<Class<?>>> CLASSES = Map.of(
            "native", List.of(NativeContractIT.class, LimitsIT.class), "process", List.of(ProcessContractIT.class));

    private final Map<TestReport.Status, Integer> counts = new EnumMap<>(TestReport.Status.class);
    private Optional<OrdinaryUser> user = Optional.empty();

    @BeforeEach
    void becomeOrdinary() throws IOException {
        String obstacle = OrdinaryUser.obstacle();
        Assumptions.assumeTrue(obstacle.isEmpty(), obstacle);
        user = Optional.of(OrdinaryUser.create());
    }

    @AfterEach
    void leave() throws IOException {
        if (user.isPresent()) {
            user.get().close();
        }
    }

    /** Each test of the other JVM is one here, as soon as it has finished there. */
    @TestFactory
    Stream<DynamicTest> contract_asOrdinaryUser_isKept() throws IOException {
        Process process = user.orElseThrow().start(ReportingTestRun.class, classes());
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Stream<DynamicTest> tests = output.lines()
                .flatMap(line -> TestReport.fromLine(line).stream())
                .map(this::asTest);
        DynamicTest end = DynamicTest.dynamicTest("the JVM of the ordinary user ends well", () -> assertEnd(process));
        return Stream.concat(tests, Stream.of(end)).onClose(process::destroyForcibly);
    }

    private static List<String> classes() {
        String launcher = System.getProperty(LAUNCHER_PROPERTY, "");
        assertThat(launcher).as(LAUNCHER_PROPERTY).isIn("", "native", "process");
        Stream<Class<?>> contracts = CLASSES.entrySet().stream()
                .filter(contract -> launcher.isEmpty() || contract.getKey().equals(launcher))
                .flatMap(contract -> contract.getValue().stream());
        return Stream.concat(contracts, Stream.of(SeccompIT.class, DisclosureIT.class, PowersIT.class))
                .map(Class::getName)
                .toList();
    }

    private DynamicTest asTest(TestReport report) {
        counts.merge(report.status(), 1, Integer::sum);
        return DynamicTest.dynamicTest(report.group() + " " + report.name(), () -> {
            switch (report.status()) {
                case PASSED -> {}
                case SKIPPED -> Assumptions.abort(report.detail());
                case FAILED -> throw new AssertionFailedError(report.detail());
            }
        });
    }

    private void assertEnd(Process process) throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("end of the JVM").isTrue();
        assertThat(process.exitValue()).as("exit code, after %s", counts).isZero();
        assertThat(counts).as("reports").isNotEmpty();
    }
}
