package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;

/** Makes every refused system call inside a real sandbox, with a small C program that the test compiles. x86-64 only. */
class SeccompIT {
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
        Process compiler = new ProcessBuilder(
                        "gcc", "-static", "-o", temporary.resolve("syscall").toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor())
                .as("gcc, from the packages gcc and libc6-dev")
                .isZero();
    }

    @Test
    void standardProfile_refusedCalls_giveTheirErrors() throws Exception {
        assertThat(answers(SeccompProfile.STANDARD, refused().keySet())).isEqualTo(refused());
    }

    @Test
    void standardProfile_nearbyCalls_areNotRefused() throws Exception {
        List<String> calls = List.of(
                "90,p,0644", // chmod without set-id bits
                "257,-100,p,0,04755", // openat that makes nothing
                "272,0x200", // unshare of the file system attributes
                "41,1,1,0", // a Unix socket
                "41,16,3,0", // a netlink socket
                "16,1,0x5413,p", // the ioctl next to TIOCSTI
                "101,0,0,0,0"); // ptrace(PTRACE_TRACEME)

        assertThat(answers(SeccompProfile.STANDARD, calls).values()).doesNotContain(EPERM, ENOSYS, EAFNOSUPPORT);
    }

    @Test
    void strictProfile_debugging_isRefused() throws Exception {
        assertThat(answers(SeccompProfile.STRICT, List.of("101,0,0,0,0", "312,1,1,0,0,0", "310,1,p,1,p,1,0"))
                        .values())
                .containsOnly(EPERM);
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

    @Test
    void nestedNamespaces_withAFilter_isRefused() {
        SandboxBuilder both = builder()
                .seccomp(SeccompProfile.STANDARD)
                .with(BwrapOptions.defaults().nestedNamespaces(true));

        assertThatThrownBy(both::open)
                .isInstanceOf(SandboxUnsupportedException.class)
                .hasMessageContaining("nestedNamespaces");
    }

    /** One call for each refusal, with arguments for which the kernel itself would have another answer where there is one. */
    private static Map<String, String> refused() {
        Map<String, String> calls = new LinkedHashMap<>();
        for (int number : new int[] {
            103, 134, 163, 179, 443, 248, 250, 249, 279, 256, 237, 239, 238, 450, 165, 166, 155, 161, 308, 321, 298,
            323, 300, 425, 426, 427, 246, 320, 175, 313, 176, 304, 212, 180, 156, 167, 168, 169, 153, 164, 227, 170,
            171, 172, 173
        }) {
            calls.put(number + ",-1,-1,-1,-1,-1,-1", EPERM);
        }
        for (int number : new int[] {435, 437, 428, 467, 429, 430, 431, 432, 433, 442}) {
            calls.put(number + ",-1,-1,-1,-1,-1,-1", ENOSYS);
        }
        calls.put("56,0x10000011,0,0,0,0", EPERM);
        calls.put("272,0x10000000", EPERM);
        calls.put("16,0,0x5412,p", EPERM);
        calls.put("16,0,0x100005412,p", EPERM);
        calls.put("16,0,0x541C,p", EPERM);
        calls.put("90,p,04755", EPERM);
        calls.put("91,-1,02755", EPERM);
        calls.put("268,-100,p,04755", EPERM);
        calls.put("452,-100,p,04755,0", EPERM);
        calls.put("133,p,0104755,0", EPERM);
        calls.put("259,-100,p,0104755,0", EPERM);
        calls.put("85,p,04755", EPERM);
        calls.put("2,p,0101,04755", EPERM);
        calls.put("257,-100,p,0101,02755", EPERM);
        for (int family : new int[] {3, 9, 17, 38, 40, 44}) {
            calls.put("41," + family + ",1,0", EAFNOSUPPORT);
        }
        calls.put(0x40000000 + 39 + "", ENOSYS);
        return calls;
    }

    private Map<String, String> answers(SeccompProfile profile, Iterable<String> calls) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("/syscall"));
        calls.forEach(arguments::add);
        try (Sandbox sandbox = builder().seccomp(profile).open()) {
            Files.copy(temporary.resolve("syscall"), sandbox.getDirectory().resolve("syscall"));
            String output = sandbox.execute(SandboxCommand.builder(arguments)
                            .flags(SandboxFlags.ROOT_READ_ONLY)
                            .build())
                    .stdout()
                    .text();
            List<String> lines = output.lines().toList();
            assertThat(lines).as(output).hasSize(arguments.size() - 1);
            Map<String, String> answers = new LinkedHashMap<>();
            for (int i = 0; i < lines.size(); i++) {
                answers.put(arguments.get(i + 1), lines.get(i));
            }
            return answers;
        }
    }

    private static SandboxBuilder builder() {
        try {
            return Sandbox.builder(Files.createTempDirectory(temporary, "sandbox"))
                    .backend("bwrap");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
