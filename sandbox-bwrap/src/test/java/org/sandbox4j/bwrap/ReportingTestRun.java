package org.sandbox4j.bwrap;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A program that runs test classes, the arguments, and writes a {@link TestReport} for each test. Ends with its input. */
final class ReportingTestRun {
    private ReportingTestRun() {}

    public static void main(String[] classes) {
        PrintStream reports = System.out;
        System.setOut(System.err);
        Thread watcher = new Thread(ReportingTestRun::haltAtEndOfInput, "end of input");
        watcher.setDaemon(true);
        watcher.start();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes)
                        .map(DiscoverySelectors::selectClass)
                        .toArray(ClassSelector[]::new))
                .configurationParameter("junit.jupiter.execution.timeout.default", "5 m")
                .build();
        LauncherFactory.create().execute(request, new Reporter(reports));
        System.exit(0);
    }

    /** The parent holds the other end of standard input for as long as it lives. */
    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written there.
            }
        } catch (IOException e) {
            // As good as its end.
        }
        Runtime.getRuntime().halt(1);
    }

    private record Reporter(PrintStream reports) implements TestExecutionListener {
        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            report(TestReport.Status.SKIPPED, test, reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            String detail = result.getThrowable().map(Reporter::stackTrace).orElse("");
            switch (result.getStatus()) {
                case SUCCESSFUL -> {
                    if (test.isTest()) {
                        report(TestReport.Status.PASSED, test, detail);
                    }
                }
                case ABORTED ->
                    report(
                            TestReport.Status.SKIPPED,
                            test,
                            result.getThrowable().map(Throwable::getMessage).orElse("no reason"));
                case FAILED -> report(TestReport.Status.FAILED, test, detail);
            }
        }

        private void report(TestReport.Status status, TestIdentifier test, String detail) {
            String group = test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getJavaClass().getSimpleName())
                    .orElse("");
            reports.println(new TestReport(status, group, test.getDisplayName(), detail).toLine());
            reports.flush();
        }

        private static String stackTrace(Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }
}
