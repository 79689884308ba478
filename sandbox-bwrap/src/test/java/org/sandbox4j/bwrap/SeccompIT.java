package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Isolation;
import org.sandbox4j.Personality;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Termination;
import org.sandbox4j.local.seccomp.RefusedCalls;

/** Makes every refused system call inside a real sandbox, with a small C program that the test compiles. x86-64 only. */
class SeccompIT {
    private static final int SIGSYS = 31;
    private static final String EPERM = "-1 1";
    private static final String ENOSYS = "-1 38";
    private static final String EAFNOSUPPORT = "-1 97";

    @TempDir
    static Path temporary;

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers of this test are those of x86-64");
        Path source = temporary.resolve("syscall.c");
        try (InputStream resource = SeccompIT.class.getResourceAsStream("syscall.c")) {
            Files.copy(resource, source);
        }
        assertThat(gcc(List.of("-static", "-no-pie", "-o"), temporary.resolve("syscall"), source))
                .as("gcc, from the packages gcc and libc6-dev")
                .isZero();
    }

    @Test
    void standardProfile_refusedCalls_giveTheirErrors() throws Exception {
        assertAnswers(SeccompProfile.STANDARD, Personality.NATIVE, RefusedCalls.ofX86(SeccompProfile.STANDARD));
    }

    @Test
    void strictProfile_refusedCalls_giveTheirErrors() throws Exception {
        assertAnswers(SeccompProfile.STRICT, Personality.NATIVE, RefusedCalls.ofX86(SeccompProfile.STRICT));
    }

    /** What 64-bit programs may not do does not depend on whether there may be others. */
    @Test
    void linux32_refusedCallsOf64BitPrograms_giveTheirErrors() throws Exception {
        assertAnswers(SeccompProfile.STRICT, Personality.LINUX32, RefusedCalls.ofX86(SeccompProfile.STRICT));
    }

    @Test
    void linux32_refusedCallsOf32BitPrograms_giveTheirErrors() throws Exception {
        assume32BitPrograms();

        assertAnswers(SeccompProfile.STRICT, Personality.LINUX32, RefusedCalls.ofI386(SeccompProfile.STRICT));
    }

    @Test
    void linux32_machine_isThe32BitOne() throws Exception {
        for (SeccompProfile profile : SeccompProfile.values()) {
            assertThat(answers(profile, Personality.LINUX32, List.of("machine")).values())
                    .containsExactly("i686");
            assertThat(answers(profile, Personality.NATIVE, List.of("machine")).values())
                    .containsExactly("x86_64");
        }
    }

    @Test
    void linux32_program_runsThereAloneUnderAFilter() throws Exception {
        assume32BitPrograms();

        assertThat(runs32BitProgram(SeccompProfile.STANDARD, Personality.LINUX32))
                .isEqualTo(new Termination.Exited(7));
        assertThat(runs32BitProgram(SeccompProfile.NONE, Personality.NATIVE)).isEqualTo(new Termination.Exited(7));
        assertThat(runs32BitProgram(SeccompProfile.STANDARD, Personality.NATIVE))
                .isEqualTo(new Termination.Signalled(SIGSYS));
    }

    @Test
    void standardProfile_nearbyCalls_areNotRefused() throws Exception {
        List<String> calls = List.of(
                "90,p,0644", // chmod without set-id bits
                "257,-100,p,0,04755", // openat that makes nothing
                "272,0x200", // unshare of the file system attributes
                "41,1,1,0", // a Unix socket
                "41,16,3,0", // a netlink socket
                "53,1,1,0,p", // a pair of Unix sockets
                "16,1,0x5413,p", // the ioctl next to TIOCSTI
                "135,0x40000", // personality without randomised addresses, for debuggers
                "135,0xffffffff", // the personality asked for
                "133,p,0010644,0", // a named pipe
                "259,-100,p,0140644,0", // a socket file
                "101,0,0,0,0"); // ptrace(PTRACE_TRACEME)

        assertThat(answers(SeccompProfile.STANDARD, calls).values()).doesNotContain(EPERM, ENOSYS, EAFNOSUPPORT);
    }

    @Test
    void noneProfile_callsWithoutPrivileges_reachTheKernel() throws Exception {
        List<String> calls = List.of("425,1,0", "438,-1,0,0", "437,-100,p,p,0", "435,p,0");

        assertThat(answers(SeccompProfile.NONE, calls).values()).doesNotContain(EPERM, ENOSYS);
    }

    @Test
    void defaultProfile_isStandardAndReported() throws Exception {
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.isolation()).contains(Isolation.SYSCALLS);
        }
        try (Sandbox sandbox = builder().seccomp(SeccompProfile.NONE).open()) {
            assertThat(sandbox.isolation()).doesNotContain(Isolation.SYSCALLS);
        }
    }

    private void assertAnswers(SeccompProfile profile, Personality personality, Map<String, String> expected)
            throws Exception {
        assertThat(answers(profile, personality, expected.keySet())).isEqualTo(expected);
    }

    private Map<String, String> answers(SeccompProfile profile, Iterable<String> calls) throws Exception {
        return answers(profile, Personality.NATIVE, calls);
    }

    private Map<String, String> answers(SeccompProfile profile, Personality personality, Iterable<String> calls)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("/syscall"));
        calls.forEach(arguments::add);
        String output =
                execute("syscall", profile, personality, arguments).stdout().text();
        List<String> lines = output.lines().toList();
        assertThat(lines).as(output).hasSize(arguments.size() - 1);
        Map<String, String> answers = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            answers.put(arguments.get(i + 1), lines.get(i));
        }
        return answers;
    }

    private static SandboxResult execute(
            String program, SeccompProfile profile, Personality personality, List<String> arguments) throws Exception {
        try (Sandbox sandbox =
                builder().seccomp(profile).personality(personality).open()) {
            Files.copy(temporary.resolve(program), sandbox.getDirectory().resolve(program));
            return sandbox.execute(SandboxCommand.builder(arguments)
                    .flags(SandboxFlags.ROOT_READ_ONLY)
                    .build());
        }
    }

    private static Termination runs32BitProgram(SeccompProfile profile, Personality personality) throws Exception {
        return execute("small", profile, personality, List.of("/small")).termination();
    }

    /** A kernel may have been built or started without them. */
    private static void assume32BitPrograms() throws Exception {
        String source = "void _start(void) { __asm__ volatile(\"int $0x80\" : : \"a\"(1), \"b\"(7)); }";
        Path small = temporary.resolve("small");
        Path file = Files.writeString(temporary.resolve("small.c"), source);
        List<String> options = List.of("-m32", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-o");
        assertThat(gcc(options, small, file)).as("gcc -m32").isZero();
        int exit;
        try {
            exit = new ProcessBuilder(small.toString()).start().waitFor();
        } catch (IOException e) {
            exit = -1;
        }
        assumeTrue(exit == 7, "Skipped: this machine's kernel runs no 32-bit programs.");
    }

    private static int gcc(List<String> options, Path program, Path source) throws Exception {
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(options);
        command.addAll(List.of(program.toString(), source.toString()));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static SandboxBuilder builder() {
        try {
            return Sandbox.builder(Files.createTempDirectory(temporary, "sandbox"))
                    .backend(TestedBackend.id());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
