package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;
import org.sandbox4j.local.host.HostPrograms;
import org.sandbox4j.testkit.SandboxAssertions;

/** Errors that need a JVM of their own, since they are about what surrounds the JVM. */
final class ErrorScenarios {
    private static final SandboxCommand PRINT = SandboxCommand.of("/bin/printf", "%s", "works");

    /** What a scenario says when the kernel lets it have any number of threads. */
    static final String NO_LIMIT = "no limit of processes holds";

    private ErrorScenarios() {}

    /** Opens a sandbox where nothing can be made. */
    static final class OpenUnwritable implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) {
            assertThatExceptionOfType(SandboxSetupException.class)
                    .isThrownBy(() -> Staging.builder(Path.of(arguments.get(0))).open())
                    .withMessageContaining(arguments.get(0))
                    .withMessageContaining("writable");
        }
    }

    /** Runs a command from a root that is mounted noexec. */
    static final class RunNoexec implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Staging.stageInto(directory);
            try (Sandbox sandbox = Staging.builder(directory).open()) {
                assertThatExceptionOfType(SandboxException.class)
                        .isThrownBy(() -> sandbox.execute(PRINT))
                        .withMessageContaining("noexec")
                        .withMessageContaining(directory.toString())
                        .satisfies(e -> assertThat(e)
                                .isInstanceOfAny(CommandNotFoundException.class, SandboxSetupException.class));
            }
        }
    }

    /** Makes a directory readable that was not when the run was prepared, and changes a file in it; may be refused. */
    static final class ChangeUnreadableArtifact implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) {
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0))).open()) {
                String script = "/bin/busybox chmod 700 /closed && echo changed > /closed/artifact";
                Throwable failure = catchThrowable(() -> sandbox.run(List.of("/bin/sh", "-c", script)));
                if (failure != null) {
                    assertThat(failure).isInstanceOf(SandboxException.class);
                }
            }
        }
    }

    /** What came of calls when something was short: none of them may hang, fail otherwise, or say nothing useful. */
    private static final class Outcomes {
        private final List<String> reasons;
        private final String remedy;
        private final Set<String> wrong = new TreeSet<>();
        private int fine;
        private int refused;

        Outcomes(String remedy, String... reasons) {
            this.remedy = remedy;
            this.reasons = List.of(reasons);
        }

        void add(ThrowingCallable call) {
            Throwable failure = catchThrowable(call);
            if (failure == null) {
                fine++;
                return;
            }
            refused++;
            if (!(failure instanceof SandboxException sandbox)
                    || !reasons.contains(sandbox.reason())
                    || !sandbox.getMessage().contains(remedy)) {
                wrong.add(describe(failure));
            }
        }

        private static String describe(Throwable failure) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            String reason = failure instanceof SandboxException sandbox ? " (" + sandbox.reason() + ")" : "";
            return failure.getClass().getSimpleName() + reason + ": " + failure.getMessage() + "\n"
                    + trace.toString().lines().skip(1).limit(3).collect(Collectors.joining("\n"));
        }

        void check() {
            assertThat(String.join("\n", wrong))
                    .as("%d fine, %d refused", fine, refused)
                    .isEmpty();
            assertThat(refused).as("refused calls").isPositive();
        }
    }

    /** Fills the table of descriptors, tries every call with a few left, and frees them again. */
    static final class DescriptorShortage implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Path second = Path.of(arguments.get(1));
            Staging.stageInto(second);
            Outcomes outcomes = new Outcomes("ulimit -n", "no-descriptors");
            try (Sandbox sandbox = Staging.builder(directory).open()) {
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded();
                Staging.builder(second).open().close();
                for (int left = 1; left < 24; left++) {
                    try (Descriptors held = Descriptors.allBut(left)) {
                        outcomes.add(() -> sandbox.execute(PRINT));
                        outcomes.add(() -> sandbox.start(PRINT).close());
                        outcomes.add(() -> sandbox.execute(List.of(PRINT)));
                        outcomes.add(() -> Staging.builder(second).open().close());
                        assertThat(held.count()).isPositive();
                    }
                }
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded().wrote("works");
            }
            Staging.builder(second).open().close();
            assertThat(second.resolve("scratch"))
                    .as("scratch of a sandbox that is closed")
                    .doesNotExist();
            outcomes.check();
        }
    }

    /** Opens sandboxes of a bubblewrap that nobody has probed yet without descriptors, and again with some. */
    static final class DescriptorShortageAtOpen implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Path bwrap = Path.of(arguments.get(1));
            Outcomes outcomes = new Outcomes("ulimit -n", "no-descriptors");
            Outcomes afterwards = new Outcomes("none", "none");
            // Loads the classes, with another program than those whose probes are to fail.
            try (Sandbox sandbox = Staging.builder(directory).open()) {
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded();
            }
            for (int left = 1; left < 14; left++) {
                Path program = Files.createSymbolicLink(directory.resolve("bwrap-" + left), bwrap);
                SandboxBuilder builder = Staging.builder(directory).with(BwrapOptions.program(program));
                try (Descriptors held = Descriptors.allBut(left)) {
                    outcomes.add(() -> builder.open().close());
                    assertThat(held.count()).isPositive();
                }
                afterwards.add(() -> builder.open().close());
            }
            assertThat(String.join("\n", afterwards.wrong))
                    .as("with descriptors again")
                    .isEmpty();
            outcomes.check();
        }
    }

    /** Runs a command with a bubblewrap that does not get that far. */
    static final class HeldSetUp implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            // Without that, --disable-userns, which does not go together with --userns-block-fd.
            BwrapOptions options =
                    BwrapOptions.program(Path.of(arguments.get(1))).nestedNamespaces(true);
            try (Sandbox sandbox =
                    Staging.builder(Path.of(arguments.get(0))).with(options).open()) {
                sandbox.execute(PRINT);
            }
        }
    }

    /** Fills the table of processes with threads, tries a run with a few left, and ends the threads again. */
    static final class ForkRefused implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            SandboxCommand large = SandboxCommand.builder(PRINT.arguments())
                    .environment(Map.of("LARGE", "x".repeat(100_000)))
                    .build();
            SandboxCommand limited =
                    PRINT.toBuilder().timeout(Duration.ofMinutes(1)).build();
            Outcomes outcomes =
                    new Outcomes("Raise the limit of processes", "fork-refused", "no-threads", "supervision-failed");
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0))).open()) {
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded();
                if (HeldThreads.areUnlimited()) {
                    System.out.println(NO_LIMIT);
                    return;
                }
                for (int left = 0; left < 10; left++) {
                    try (HeldThreads held = HeldThreads.allBut(left)) {
                        outcomes.add(() -> sandbox.execute(PRINT));
                        outcomes.add(() -> sandbox.execute(large));
                        outcomes.add(() -> sandbox.execute(limited));
                        outcomes.add(() -> sandbox.start(PRINT).close());
                        assertThat(held.count()).isPositive();
                    }
                }
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded().wrote("works");
            }
            awaitNoDescendants();
            outcomes.check();
        }
    }

    /** Starts commands when the kernel allows their process, but not the thread with which the JDK waits for it. */
    static final class ReaperRefused implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            SandboxCommand reading =
                    PRINT.toBuilder().stdin(Stdio.bytes(new byte[] {1})).build();
            Outcomes outcomes = new Outcomes("Raise the limit of processes", "fork-refused", "no-threads");
            Path directory = Path.of(arguments.get(0));
            SandboxBuilder builder = Staging.builder(directory).with(BwrapOptions.program(slowBwrap(directory)));
            try (Sandbox sandbox = builder.open()) {
                SandboxAssertions.assertThat(sandbox.execute(PRINT)).succeeded();
                if (HeldThreads.areUnlimited()) {
                    System.out.println(NO_LIMIT);
                    return;
                }
                for (int left = 1; left < 5; left++) {
                    for (SandboxCommand command : List.of(PRINT, reading)) {
                        Reapers busy = Reapers.keepBusy();
                        try (busy;
                                HeldThreads held = HeldThreads.allBut(left)) {
                            outcomes.add(() -> sandbox.execute(command));
                            assertThat(held.count()).isPositive();
                        }
                    }
                }
                awaitNoDescendants();
            }
            outcomes.check();
        }

        /** Goes on when there can be more processes again. */
        private static Path slowBwrap(Path directory) throws IOException {
            Path program = directory.resolve("slow-bwrap");
            Files.writeString(program, """
                    #!/bin/sh
                    i=0
                    while [ "$i" -lt 100000 ]; do i=$((i + 1)); done
                    exec bwrap "$@"
                    """.replace(
                            "bwrap", HostPrograms.find("bwrap").orElseThrow().toString()));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            return program;
        }
    }

    /** Those count that run: what the JDK does not wait for is a name in the table of processes until the JVM ends. */
    private static void awaitNoDescendants() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(ProcessHandle.current().descendants().filter(process -> !hasEnded(process)))
                                .as("processes left")
                                .isEmpty());
    }

    private static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    /** Open descriptors of this JVM that nobody else can have. */
    private static final class Descriptors implements AutoCloseable {
        private final List<Closeable> open = new ArrayList<>();

        static Descriptors allBut(int left) throws IOException {
            Descriptors held = new Descriptors();
            try {
                while (true) {
                    held.open.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                for (int i = 0; i < left; i++) {
                    held.open.remove(held.open.size() - 1).close();
                }
                return held;
            }
        }

        int count() {
            return open.size();
        }

        @Override
        public void close() throws IOException {
            for (Closeable one : open) {
                one.close();
            }
        }
    }
}
