package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.SandboxSetupException;

/** What a launched process gets, with a script in the place of the isolation tool. */
@ParameterizedClass
@ValueSource(strings = {"native", "process"})
@EnabledOnOs(OS.LINUX)
class LauncherIT {
    private static final int F_DUPFD = 0;

    private final String launcher;

    @TempDir
    Path scratch;

    LauncherIT(String launcher) {
        this.launcher = launcher;
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, 0 1 2 4 5 6 7 8 9",
        "false, false, 0 1 2 4 5 6 8 9",
        "true, true, 0 1 2 4 5 6 7 8",
        "false, true, 0 1 2 4 5 6 8"
    })
    void descriptors_always_areTheDocumentedOnesAlone(boolean stdin, boolean merged, String expected) throws Exception {
        List<Descriptor> inheritable = new ArrayList<>();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var file = new java.io.FileInputStream("/etc/passwd");
                NativeCode.Use nativeCode = NativeCode.use()) {
            assertThat(nativeCode).isNotNull();
            assertThat(socket.isBound()).isTrue();
            assertThat(file.available()).isPositive();
            // These lack close-on-exec, as descriptors of careless native libraries do.
            inheritable.add(new Descriptor(LibC.fcntl(1, F_DUPFD, 20)));
            inheritable.add(new Descriptor(LibC.fcntl(1, F_DUPFD, 300)));

            // A glob would be expanded with a descriptor of the shell's own.
            Launched launched = Launched.script(
                    launcher,
                    scratch,
                    "for f in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 20 21 22 300 301; do [ -e /proc/$$/fd/$f ] && printf '%s ' $f; done",
                    stdin,
                    merged);

            String seen = launched.diagnostics().strip();
            if (launcher.equals("native")) {
                assertThat(seen).isEqualTo(expected);
            } else {
                // The shell cannot close others; the init program does so first of all.
                assertThat(List.of(seen.split(" ", -1)).stream().filter(fd -> Integer.parseInt(fd) < 10))
                        .containsExactly(expected.split(" ", -1));
            }
        } finally {
            inheritable.forEach(Descriptor::close);
        }
    }

    @Test
    void options_always_areReadFromTheirDescriptor() throws IOException {
        Launched launched = Launched.script(launcher, scratch, "tr '\\0' '|' <&0", false, false);

        assertThat(launched.diagnostics()).isEqualTo("--option|a b|gr\u00fc\u00dfe|");
    }

    @Test
    void environment_always_isEmpty() throws IOException {
        Launched launched = Launched.script(launcher, scratch, "tr '\\0' '|' </proc/$$/environ", false, false);

        assertThat(launched.diagnostics()).isEmpty();
    }

    @Test
    void process_native_leadsASession() throws IOException {
        // The kernel's fields 1, 5 and 6; a shell's name has no space.
        String[] stat = Launched.script(launcher, scratch, "read line </proc/$$/stat; echo $line", false, false)
                .diagnostics()
                .split(" ", -1);

        if (launcher.equals("native")) {
            assertThat(List.of(stat[4], stat[5])).containsOnly(stat[0]);
        } else {
            // A session of its own comes with the isolation tool's --new-session.
            assertThat(stat[5]).isNotEqualTo(stat[0]);
        }
    }

    @Test
    void outputs_separateOrMerged_goWhereTheyBelong() throws IOException {
        String script = "echo one >&8; echo two >&9; echo three >&2";

        Launched separate = Launched.script(launcher, scratch, script, false, false);

        assertThat(separate.stdout()).isEqualTo("one\n");
        assertThat(separate.stderr()).isEqualTo("two\n");
        assertThat(separate.diagnostics()).isEqualTo("three\n");
        assertThat(separate.exit()).isEqualTo("exit code 0");
    }

    @Test
    void outputs_large_arriveWhole() throws IOException {
        Launched launched = Launched.script(
                launcher,
                scratch,
                "head -c 3000000 /dev/zero >&8; head -c 2000000 /dev/zero >&9; exit 7",
                false,
                false);

        assertThat(launched.stdout()).hasSize(3_000_000);
        assertThat(launched.stderr()).hasSize(2_000_000);
        assertThat(launched.exit()).isEqualTo("exit code 7");
    }

    @Test
    void diagnostics_endless_areCutAndDoNotHoldUpTheEnd() throws IOException {
        Launched launched =
                Launched.script(launcher, scratch, "head -c 40000 /dev/zero | tr '\\0' x >&2", false, false);

        assertThat(launched.diagnostics()).hasSize(16 * 1024).matches("x+");
    }

    /** Every later sandbox executes the same file in memory. */
    @Test
    void init_native_cannotBeChanged() throws IOException {
        assumeTrue(
                launcher.equals("native"), "Skipped: the other launcher executes a file of its own for each sandbox.");
        String script =
                "(echo changed > /proc/self/fd/4) 2>/dev/null && echo written; head -c 4 /proc/self/fd/4 | tail -c 3";

        assertThat(Launched.script(launcher, scratch, script, false, false).diagnostics())
                .isEqualTo("ELF");
    }

    @Test
    void launch_missingProgram_leavesNothing() throws IOException {
        InitPayload unused = new InitPayload(List.of("unused"), Map.of(), "/", "", Map.of(), List.of());
        LaunchRequest request = new LaunchRequest(
                StageList.nothing(),
                List.of("/no/such/program"),
                new OptionList(List.of()),
                Optional.empty(),
                unused,
                true,
                false,
                scratch);
        Launcher starter = Launched.launcher(launcher);
        if (launcher.equals("native")) {
            assertThatExceptionOfType(SandboxSetupException.class)
                    .isThrownBy(() -> starter.launch(request))
                    .withMessageContaining("/no/such/program");
            long before = descriptors();
            for (int i = 0; i < 20; i++) {
                assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> starter.launch(request));
            }
            assertThat(descriptors()).isLessThan(before + 10);
        } else {
            LaunchedProcess process = starter.launch(request);
            assertThat(process.awaitExit().description()).isEqualTo("exit code 127");
            assertThat(process.diagnostics()).contains("/no/such/program");
            process.release();
            try (var files = Files.list(scratch)) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly("init");
            }
        }
    }

    @Test
    void release_afterTheEnd_leavesNoFilesAndNoDescriptors() throws IOException {
        Launched.script(launcher, scratch, "exit 0", true, false);
        long before = descriptors();

        for (int i = 0; i < 20; i++) {
            Launched.script(launcher, scratch, "exit 0", true, false);
        }

        assertThat(descriptors()).isLessThan(before + 10);
        try (var files = Files.list(scratch)) {
            assertThat(files.filter(file -> !file.getFileName().toString().equals("init")))
                    .isEmpty();
        }
    }

    private static long descriptors() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }
}
