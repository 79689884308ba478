package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.exit;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;

/** Rule 14: values of variables do not show. */
interface EnvironmentSecrecyRules extends Rules {
    /**
     * Rule 14. While a command runs its variables MUST NOT show in any command line of the host. If it fails: are they
     * passed as arguments, for example with {@code --setenv}?
     */
    @Test
    default void rule14_whileACommandRuns_valuesAreInNoProcessList() throws Exception {
        String secret = "secret-" + Marker.fresh();
        Marker marker = Marker.fresh();
        Sandbox sandbox = staged().open();
        SandboxCommand command = Programs.ignoreSignals(marker).toBuilder()
                .environment(Map.of("TOKEN", secret))
                .build();
        try (var process = sandbox.start(command)) {
            assertThat(process.stdout().read()).isEqualTo('u');
            marker.awaitRunning();
            assertThat(HostProcesses.withArgument(secret)).isEmpty();
        }
    }

    /**
     * Rule 14. Neither MUST they show while a command is started. If it fails: is there a helper program that gets them
     * as arguments for a moment?
     */
    @Test
    default void rule14_whileACommandStarts_valuesAreInNoProcessList() throws Exception {
        String secret = "secret-" + Marker.fresh();
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("TOKEN", secret));
        Set<String> leaks = new ConcurrentSkipListSet<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Thread observer = new Thread(() -> {
            while (!done.get()) {
                leaks.addAll(HostProcesses.withArgument(secret));
                looks.incrementAndGet();
            }
        });
        observer.start();
        for (int i = 0; i < 20 || looks.get() < 20; i++) {
            assertRunning(sandbox, exit(0)).succeeded();
        }
        done.set(true);
        Await.end(observer);
        assertThat(leaks).isEmpty();
    }

    /**
     * Rule 14. Messages of exceptions and {@code toString} MUST NOT show them. If it fails: is the environment part of
     * a message about the command?
     */
    @Test
    default void rule14_messages_doNotShowValues() throws InterruptedException {
        String secret = "secret-" + Marker.fresh();
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("TOKEN", secret));
        for (SandboxCommand command : List.of(SandboxCommand.of("missing"), inFile(sh("exit 0")))) {
            try {
                sandbox.execute(
                        command.toBuilder().environment(Map.of("TOKEN", secret)).build());
            } catch (SandboxException e) {
                for (Throwable t = e; t != null; t = t.getCause()) {
                    assertThat(t.toString()).doesNotContain(secret);
                }
            }
        }
        assertThat(sandbox.toString()).doesNotContain(secret);
    }

    private static SandboxCommand inFile(SandboxCommand command) {
        return command.toBuilder().workDirectory("/bin/busybox").build();
    }
}
