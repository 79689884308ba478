package org.sandbox4j.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.Stdio;

/**
 * A program that runs a shell script interactively, and reads a line afterwards. Arguments: the sandbox's directory, a file
 * whose appearance is the sign for {@link Ending} to come, how it ends, the script.
 */
final class InteractiveRun {
    static final int EXIT_CODE = 9;

    /** How the run ends. */
    enum Ending {
        /** The command ends. */
        BY_ITSELF,
        /** There is no such command. */
        MISSING,
        /** Its time is up. */
        TIMEOUT,
        /** The calling thread is interrupted. */
        INTERRUPT,
        /** The sandbox is closed. */
        CLOSE,
        /** Another run has the terminal. */
        TAKEN,
        /** The JVM ends. */
        SYSTEM_EXIT,
        /** The JVM is told to end by a signal. */
        SIGTERM
    }

    private InteractiveRun() {}

    /** Writes how the run ended, and the line that it read then. */
    public static void main(String[] arguments) throws Exception {
        Path sign = Path.of(arguments[1]);
        Ending ending = Ending.valueOf(arguments[2]);
        try (Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open()) {
            System.out.println("run " + outcome(sandbox, Programs.sh(arguments[3]), ending, sign));
        }
        System.out.println("JVM read " + readLine());
    }

    private static String outcome(Sandbox sandbox, SandboxCommand script, Ending ending, Path sign) {
        try {
            switch (ending) {
                case BY_ITSELF, TAKEN -> {}
                case MISSING -> script = SandboxCommand.of("/no/such/program");
                case TIMEOUT ->
                    script = script.toBuilder().timeout(Duration.ofSeconds(1)).build();
                case CLOSE -> atSign(sign, sandbox::close);
                case INTERRUPT -> atSign(sign, Thread.currentThread()::interrupt);
                case SYSTEM_EXIT -> atSign(sign, () -> System.exit(EXIT_CODE));
                case SIGTERM -> atSign(sign, InteractiveRun::terminate);
            }
            SandboxCommand interactive = interactive(script);
            if (ending == Ending.CLOSE) {
                try (SandboxProcess process = sandbox.start(interactive)) {
                    return "started " + process.waitFor().exitCode();
                }
            }
            if (ending == Ending.TAKEN) {
                try (SandboxProcess first = sandbox.start(interactive)) {
                    return outcome(sandbox, script, Ending.BY_ITSELF, sign) + ", other " + first.isAlive();
                }
            }
            return "ended " + sandbox.execute(interactive).exitCode();
        } catch (SandboxException | InterruptedException e) {
            return "threw " + e.getClass().getSimpleName();
        }
    }

    private static SandboxCommand interactive(SandboxCommand command) {
        return command.toBuilder()
                .flags(SandboxFlags.INTERACTIVE)
                .stdin(Stdio.inherit())
                .stdout(Stdio.inherit())
                .stderr(Stdio.inherit())
                .build();
    }

    /** Its handler is the JVM's own, which runs the shutdown hooks. The shell's own kill is there without procps, too. */
    private static void terminate() {
        try {
            new ProcessBuilder(
                            "/bin/sh", "-c", "kill " + ProcessHandle.current().pid())
                    .start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void atSign(Path sign, Runnable action) {
        Thread thread = new Thread(() -> {
            Await.until("the sign to end", () -> Files.exists(sign));
            action.run();
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = System.in.read(); read >= 0 && read != '\n'; read = System.in.read()) {
            line.append((char) read);
        }
        return line.toString();
    }
}
