package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.CommandNotFoundException.Problem;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;

/** Rule 52: how a command is found, and what it is called when it is not. */
interface CommandRules extends Rules {
    /**
     * Rule 52. A command that is not there MUST be MISSING, by name and by path, and nothing has changed. If it fails:
     * is exit code 127 returned? is a file of the host with that name found?
     */
    @Test
    default void rule52_missing_isSaid() throws IOException {
        Path ofTheHost = Files.writeString(staged().outside().resolve("tool"), "#!/bin/sh\nexit 0\n");
        assertThat(ofTheHost.toFile().setExecutable(true)).isTrue();
        staged().link("/bin/dangling", "nowhere").link("/bin/loop", "loop").link("/bin/outside", ofTheHost.toString());
        Sandbox sandbox = staged().open();
        for (String command : List.of(
                "no-such-command",
                "/bin/no-such-command",
                "/no/such/command",
                "./command",
                "/bin/dangling",
                "/bin/loop",
                "/bin/outside",
                ofTheHost.toString(),
                "/bin/busybox/sh",
                "")) {
            assertProblem(sandbox, SandboxCommand.of(command), Problem.MISSING);
        }
    }

    /**
     * Rule 52. A file without execute permission MUST be NOT_EXECUTABLE, a directory a DIRECTORY. If it fails: which
     * errno does execve(2) give, and what else has the same?
     */
    @Test
    default void rule52_notExecutableOrDirectory_isSaid() {
        staged().file("/bin/data", "data").directory("/bin/folder");
        Sandbox sandbox = staged().open();
        for (String command : List.of("/bin/data", "data")) {
            assertProblem(sandbox, SandboxCommand.of(command), Problem.NOT_EXECUTABLE);
        }
        for (String command : List.of("/bin/folder", "/bin", "/")) {
            assertProblem(sandbox, SandboxCommand.of(command), Problem.DIRECTORY);
        }
    }

    /**
     * Rule 52. A program of another architecture, or a file that is no program, MUST be WRONG_ARCHITECTURE. If it
     * fails: is ENOEXEC answered by handing the file to a shell, whatever it holds?
     */
    @Test
    default void rule52_wrongArchitecture_isSaid() throws IOException {
        byte[] program = Files.readAllBytes(staged().root("/bin/busybox"));
        int machine = 18;
        program[machine] = 2;
        program[machine + 1] = 0;
        Files.write(staged().root("/bin/sparc"), program);
        Files.write(staged().root("/bin/zeros"), new byte[100]);
        staged().mode("/bin/sparc", "rwxr-xr-x").mode("/bin/zeros", "rwxr-xr-x");
        Sandbox sandbox = staged().open();
        assertProblem(sandbox, SandboxCommand.of("/bin/sparc"), Problem.WRONG_ARCHITECTURE);
        assertProblem(sandbox, SandboxCommand.of("zeros"), Problem.WRONG_ARCHITECTURE);
    }

    /**
     * Rule 52. A missing interpreter, of a script or a dynamic program, MUST be MISSING_INTERPRETER. If it fails:
     * ENOENT is also what execve(2) gives when the interpreter is missing; does the file itself exist?
     */
    @Test
    default void rule52_missingInterpreter_isSaid() throws IOException {
        Files.copy(Path.of(System.getProperty("java.home"), "bin", "java"), staged().root("/bin/dynamic"));
        staged().file("/bin/script", "#!/no/such/interpreter -x\n").mode("/bin/script", "rwxr-xr-x");
        Sandbox sandbox = staged().open();
        for (String command : List.of("/bin/dynamic", "dynamic", "/bin/script", "script")) {
            assertProblem(sandbox, SandboxCommand.of(command), Problem.MISSING_INTERPRETER);
        }
    }

    /**
     * Rule 52. Look-up MUST use the run's PATH, in its order, and skip what cannot be executed. If it fails: is the
     * JVM's PATH, the sandbox's, or the default used? does look-up end at the first name that fits?
     */
    @Test
    default void rule52_lookup_usesTheRunsPath() throws InterruptedException {
        staged().program("/one/tool", "echo one")
                .program("/two/tool", "echo two")
                .directory("/dir/tool");
        staged().file("/data/tool", "").program("/bin/tool", "echo bin").directory("/empty");
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("PATH", "/two"));
        assertRunning(sandbox, SandboxCommand.of("tool")).succeeded().wrote("two\n");
        assertRunning(sandbox, tool("/one:/two")).succeeded().wrote("one\n");
        assertRunning(sandbox, tool("/no/such:/empty:/dir:/data:/two"))
                .succeeded()
                .wrote("two\n");
        assertRunning(sandbox, SandboxCommand.of("/one/tool")).succeeded().wrote("one\n");
        assertProblem(sandbox, tool("/empty:/no/such"), Problem.MISSING);
        assertProblem(sandbox, tool("/empty:/data"), Problem.NOT_EXECUTABLE);
        assertRunning(
                        sandbox,
                        SandboxCommand.builder("tool").environment(Map.of()).build())
                .succeeded()
                .wrote("bin\n");
    }

    /**
     * Rule 52. Relative commands, and relative elements of PATH, MUST be looked up in the run's work directory. If it
     * fails: are they resolved before the directory is entered?
     */
    @Test
    default void rule52_relativeNames_startAtTheWorkDirectory() throws InterruptedException {
        staged().program("/work/bin/tool", "echo work").program("/work/here", "echo here");
        Sandbox sandbox = staged().open();
        sandbox.setWorkDirectory("/work");
        assertRunning(sandbox, SandboxCommand.of("bin/tool")).succeeded().wrote("work\n");
        assertRunning(sandbox, SandboxCommand.of("./here")).succeeded().wrote("here\n");
        assertRunning(sandbox, SandboxCommand.of("../work/here")).succeeded().wrote("here\n");
        assertRunning(sandbox, tool("/empty:bin")).succeeded().wrote("work\n");
        assertProblem(sandbox, SandboxCommand.of("here"), Problem.MISSING);
        SandboxCommand elsewhere =
                SandboxCommand.builder("./here").workDirectory("/bin").build();
        assertProblem(sandbox, elsewhere, Problem.MISSING);
    }

    /**
     * Rule 52. Links MUST be followed inside the root, absolute ones too. If it fails: is the command looked for on the
     * host, below the root's path there?
     */
    @Test
    default void rule52_links_areFollowedInsideTheRoot() throws InterruptedException {
        staged().program("/opt/suite/tool", "echo suite").link("/bin/absolute", "/opt/suite/tool");
        staged().link("/bin/relative", "../opt/suite/tool").link("/bin/climbing", "../../../../../opt/suite/tool");
        staged().link("/opt/current", "/opt/suite").link("/bin/chain", "/opt/current/tool");
        Sandbox sandbox = staged().open();
        for (String name : List.of("absolute", "relative", "climbing", "chain", "/bin/chain", "/opt/current/tool")) {
            assertRunning(sandbox, SandboxCommand.of(name)).succeeded().wrote("suite\n");
        }
    }

    private void assertProblem(Sandbox sandbox, SandboxCommand command, Problem problem) {
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        List<ThrowingCallable> calls = List.of(() -> sandbox.execute(command), () -> {
            try (var process = sandbox.start(command)) {
                process.waitFor();
            }
        });
        for (ThrowingCallable call : calls) {
            assertThatExceptionOfType(CommandNotFoundException.class)
                    .as("running '%s', which is %s", command, problem)
                    .isThrownBy(call)
                    .withMessageContaining(command.arguments().get(0))
                    .returns(problem, CommandNotFoundException::problem)
                    .returns(command.arguments().get(0), CommandNotFoundException::command)
                    .returns("missing-command", CommandNotFoundException::reason);
        }
        assertThat(root.changes()).as("after %s", command).isEmpty();
    }

    private static SandboxCommand tool(String path) {
        return SandboxCommand.builder("tool").environment(Map.of("PATH", path)).build();
    }
}
