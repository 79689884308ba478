package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.testkit.Marker;
import org.sandbox4j.testkit.Programs;
import org.sandbox4j.testkit.SandboxAssertions;

/** What a command starts with, whatever the JVM was started with, and that nothing is too large on the way to it. */
class LaunchIT extends LauncherTests {
    LaunchIT(String launcher) {
        super(launcher);
    }

    @Test
    void command_jvmHoldsManyDescriptors_getsThreeOfItsOwn() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                InputStream file = Files.newInputStream(Path.of("/etc/passwd"))) {
            SandboxResult result =
                    staging.open().execute(Programs.sh("for f in /proc/$$/fd/*; do echo ${f##*/}; done"));

            // The shell opens a descriptor of its own to read the directory.
            assertThat(result.stdout().text().lines().filter(fd -> Integer.parseInt(fd) < 3))
                    .containsExactly("0", "1", "2");
            assertThat(result.stdout()
                            .text()
                            .lines()
                            .filter(fd -> Integer.parseInt(fd) >= 3 && Integer.parseInt(fd) < 10))
                    .hasSizeLessThanOrEqualTo(1);
            SandboxResult links = staging.open().execute(SandboxCommand.of("/bin/ls", "-l", "/proc/self/fd"));
            assertThat(links.stdout().text()).doesNotContain("socket:").doesNotContain("passwd");
            assertThat(listening.isClosed()).isFalse();
            assertThat(file.available()).isPositive();
        }
    }

    @Test
    void command_always_leadsASessionOfItsOwn() throws Exception {
        // pid, parent, process group, session: fields 1, 4, 5 and 6 of /proc/pid/stat; the name has no space.
        SandboxResult result = staging.open().execute(SandboxCommand.of("/bin/cat", "/proc/self/stat"));

        String[] stat = result.stdout().text().split(" ", -1);
        assertThat(List.of(stat[4], stat[5])).containsOnly(stat[0]);
    }

    @Test
    void command_jvmIgnoresSignalsAndHasAnotherUmask_startsWithTheDefaults() throws Exception {
        String said = ChildJvm.withLauncher(launcher)
                .afterScript("trap '' INT QUIT HUP CHLD PIPE USR1; umask 077")
                .run(PrintProcessState.class, staging.directory());

        // What the kernel shows: no signal blocked, ignored or caught.
        assertThat(said.lines())
                .contains(
                        "SigBlk:\t0000000000000000",
                        "SigIgn:\t0000000000000000",
                        "SigCgt:\t0000000000000000",
                        "Umask:\t0022");
        assertThat(said).contains("interrupted by 2");
    }

    /** Prints what a command is started with, and how one ends that sends itself SIGINT. */
    static final class PrintProcessState implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0))).open()) {
                System.out.println(sandbox.execute(SandboxCommand.of("/bin/cat", "/proc/self/status"))
                        .stdout()
                        .text());
                int code = sandbox.execute(Programs.dieOf(2)).exitCode();
                System.out.println("interrupted by " + (code - 128));
            }
        }
    }

    @Test
    void sandbox_jvmWithClosedStandardStreams_works() throws Exception {
        Path result = staging.beside("result");
        ChildJvm.withLauncher(launcher)
                .afterScript("exec <&- >&- 2>&-")
                .run(WriteResult.class, staging.directory(), result);

        assertThat(result).hasContent("works");
    }

    /** Writes a command's output to a file, where the JVM has no stream for it. */
    static final class WriteResult implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0))).open()) {
                SandboxResult result = sandbox.execute(Programs.sh("cat; echo ignored >&2").toBuilder()
                        .stdin(Stdio.bytes("works".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .build());
                Files.writeString(
                        Path.of(arguments.get(1)),
                        result.succeeded() ? result.stdout().text() : result.toString());
            }
        }
    }

    @Test
    void sandbox_jvmInTheCLocale_passesOtherCharactersOnAndRefusesSuchPaths() throws Exception {
        String said = ChildJvm.withLauncher(launcher)
                .below("env", "-u", "LANG", "LC_ALL=C")
                .run(UseOtherCharacters.class, staging.directory());

        assertThat(said).contains("6772c3bcc39f65").contains("LC_ALL=C.UTF-8");
    }

    /** Passes an argument outside ASCII, and asks for a work directory outside ASCII. */
    static final class UseOtherCharacters implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0))).open()) {
                byte[] output = sandbox.execute(SandboxCommand.of("/bin/printf", "%s", "gr\u00fc\u00dfe"))
                        .stdout()
                        .bytes();
                System.out.println(java.util.HexFormat.of().formatHex(output));
                SandboxCommand elsewhere = SandboxCommand.builder("/bin/true")
                        .workDirectory("/gr\u00fc\u00dfe")
                        .build();
                try {
                    sandbox.execute(elsewhere);
                    System.out.println("LC_ALL=C.UTF-8 is not needed by this JDK");
                } catch (org.sandbox4j.SandboxSetupException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void usage_busyCommand_showsItsTime() throws Exception {
        SandboxResult result = staging.open().execute(Programs.sh("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"));

        Duration user = result.usage().user().orElseThrow();
        assertThat(user).isBetween(Duration.ofMillis(20), result.usage().wall().plusMillis(50));
        assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(30));
        assertThat(result.usage().peakMemory().orElseThrow()).isBetween(100_000L, 1L << 30);
    }

    @Test
    void usage_idleCommand_showsWallTimeAlone() throws Exception {
        SandboxResult result = staging.open().execute(SandboxCommand.of("/bin/sleep", "0.2"));

        assertThat(result.usage().wall()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(10));
        assertThat(result.usage().user().orElseThrow()).isLessThan(Duration.ofMillis(150));
    }

    @Test
    void waitFor_command_returnsExactlyAtItsEnd() throws Exception {
        Marker marker = Marker.fresh();
        try (SandboxProcess process = staging.open().start(Programs.sleep(marker))) {
            marker.awaitRunning();
            assertThat(process.waitFor(Duration.ofMillis(1))).isEmpty();
            assertThat(process.isAlive()).isTrue();

            process.terminate();

            assertThat(process.waitFor().exitCode()).isEqualTo(128 + 15);
            assertThat(process.isAlive()).isFalse();
            marker.assertGone();
        }
    }

    /** Just below, at and above what a pipe holds, and what is certain to take several rounds. */
    @ParameterizedTest
    @ValueSource(ints = {60_000, 65_536, 70_000, 1_200_000})
    void execute_largeEnvironment_arrivesWhole(int size) throws Exception {
        List<String> values = Collections.nCopies(size / 50_000 + 1, "x".repeat(size / (size / 50_000 + 1)));
        Map<String, String> environment = new java.util.TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            environment.put("V" + i, values.get(i));
        }

        SandboxResult result = staging.open()
                .execute(Programs.printEnvironment().toBuilder()
                        .environment(environment)
                        .stdout(Stdio.capture(Integer.MAX_VALUE / 2))
                        .build());

        long expected = "PWD=/\0".length();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            expected += (variable.getKey() + "=" + variable.getValue() + "\0").length();
        }
        SandboxAssertions.assertThat(result).succeeded();
        assertThat(result.stdout().totalBytes()).isEqualTo(expected);
    }

    /** The options then exceed a pipe, too. */
    @Test
    void execute_manyBinds_allAppear() throws Exception {
        List<Path> sources = new ArrayList<>();
        String name = "bind-" + "n".repeat(200);
        for (int i = 0; i < 150; i++) {
            sources.add(Files.writeString(staging.beside(name + i), "content " + i));
        }
        Sandbox sandbox = staging.open(builder -> {
            for (int i = 0; i < sources.size(); i++) {
                builder.bind(sources.get(i), "/binds/" + name + i);
            }
            return builder;
        });

        SandboxResult result = sandbox.execute(Programs.sh("cat /binds/* | wc -c; cat /binds/" + name + "149"));

        SandboxAssertions.assertThat(result).succeeded().wrote("1540\ncontent 149");
        assertThat(staging.root().resolve("binds")).doesNotExist();
    }

    @Test
    void stdin_huge_arrivesWhole() throws Exception {
        byte[] content = new byte[5_000_000];
        Arrays.fill(content, (byte) 'y');

        SandboxResult result = staging.open()
                .execute(SandboxCommand.builder("/bin/wc", "-c")
                        .stdin(Stdio.bytes(content))
                        .build());

        SandboxAssertions.assertThat(result).succeeded().wrote("5000000\n");
    }

    @Test
    void stdin_hugeAndNeverRead_doesNotHoldUpTheEnd() throws Exception {
        SandboxResult result = staging.open()
                .execute(Programs.exit(4).toBuilder()
                        .stdin(Stdio.bytes(new byte[5_000_000]))
                        .build());

        SandboxAssertions.assertThat(result).exitedWith(4);
    }

    @Test
    void stdin_closedByTheCommand_doesNotHoldUpTheEnd() throws Exception {
        InputStream endless = new SequenceInputStream(
                Collections.enumeration(Collections.nCopies(1_000, new ByteArrayInputStream(new byte[100_000]))));

        SandboxResult result = staging.open()
                .execute(Programs.sh("dd bs=1 count=3 2>/dev/null | wc -c; exec <&-; echo closed").toBuilder()
                        .stdin(Stdio.from(endless))
                        .build());

        SandboxAssertions.assertThat(result).succeeded().wrote("3\nclosed\n");
    }

    @Test
    void stdin_pipeClosedByTheCaller_ends() throws Exception {
        try (SandboxProcess process = staging.open()
                .start(SandboxCommand.builder("/bin/cat")
                        .stderr(Stdio.discard())
                        .build())) {
            process.stdin().write("some input".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.stdin().close();

            assertThat(process.stdout().readAllBytes()).asString().isEqualTo("some input");
            assertThat(process.waitFor().exitCode()).isZero();
        }
    }
}
