package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.SandboxSetupException;

/** Drives the init program through each launcher, without any sandbox around it. */
@ParameterizedClass
@ValueSource(strings = {"native", "process"})
@EnabledOnOs(OS.LINUX)
class InitProgramIT {
    private static final int ENOENT = 2;
    private static final int E2BIG = 7;
    private static final int ENOEXEC = 8;
    private static final int EACCES = 13;

    /** The problems of init.c. */
    private static final int OTHER = 0;

    private static final int MISSING = 1;
    private static final int NOT_EXECUTABLE = 2;
    private static final int IS_DIRECTORY = 3;
    private static final int WRONG_FORMAT = 4;
    private static final int MISSING_INTERPRETER = 5;

    private final String launcher;

    @TempDir
    Path directory;

    InitProgramIT(String launcher) {
        this.launcher = launcher;
    }

    @Test
    void exec_program_reportsStartAndEnd() throws IOException {
        Launched init = run("/bin/sh", "-c", "echo out; echo err >&2; exit 42");

        assertThat(init.end().exitCode()).isEqualTo(42);
        assertThat(init.end().wall()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(20));
        assertThat(init.stdout()).isEqualTo("out\n");
        assertThat(init.stderr()).isEqualTo("err\n");
        assertThat(init.exit()).isEqualTo("exit code 0");
    }

    @Test
    void exec_programKilled_reportsTheSignal() throws IOException {
        InitMessage.Ended end = run("/bin/sh", "-c", "kill -9 $$").end();

        assertThat(end.exited()).isFalse();
        assertThat(end.signal()).isEqualTo(9);
    }

    @Test
    void exec_missing_saysSo() throws IOException {
        assertFailure(run("/no/such/program"), ENOENT, MISSING, "/no/such/program");
        assertFailure(run("no-such-program"), ENOENT, MISSING, "no-such-program");
        assertFailure(run(""), ENOENT, MISSING, "");
        assertFailure(run("/etc/passwd/x"), 20, MISSING, "/etc/passwd/x");
    }

    @Test
    void exec_notExecutable_saysSo() throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "text");

        assertFailure(run(file.toString()), EACCES, NOT_EXECUTABLE, file.toString());
    }

    @Test
    void exec_directory_saysSo() throws IOException {
        assertFailure(run("/etc"), EACCES, IS_DIRECTORY, "/etc");
    }

    @Test
    void exec_otherArchitecture_saysSo() throws IOException {
        Path file = executable("foreign", elfForAnotherMachine());

        assertFailure(run(file.toString()), ENOEXEC, WRONG_FORMAT, file.toString());
    }

    @Test
    void exec_emptyFile_isAnEmptyScript() throws IOException {
        Path file = executable("empty", new byte[0]);

        assertThat(run(file.toString()).end().exitCode()).isZero();
    }

    @Test
    void exec_missingInterpreter_saysSo() throws IOException {
        Path file = executable("script", "#!/no/such/interpreter\n".getBytes(StandardCharsets.UTF_8));

        assertFailure(run(file.toString()), ENOENT, MISSING_INTERPRETER, file.toString());
    }

    @Test
    void exec_scriptWithoutShebang_runsWithTheShell() throws IOException {
        Path file = executable("script", "echo \"$0 $# $1\"; exit 5\n".getBytes(StandardCharsets.UTF_8));

        Launched init = run(file.toString(), "an argument");

        assertThat(init.end().exitCode()).isEqualTo(5);
        assertThat(init.stdout()).isEqualTo(file + " 1 an argument\n");
    }

    @Test
    void exec_scriptWithoutShebangNamedLikeAnOption_runsWithTheShell() throws IOException {
        executable("-c", "echo \"$0\"\n".getBytes(StandardCharsets.UTF_8));
        InitPayload payload = payload(List.of("-c"), Map.of(), directory.toString(), ":/bin");

        Launched init = Launched.init(launcher, directory, payload);

        assertThat(init.end().exitCode()).isZero();
        assertThat(init.stdout()).contains("-c");
    }

    @Test
    void exec_longArgument_isTooBig() throws IOException {
        assertFailure(run("/bin/true", "x".repeat(140_000)), E2BIG, OTHER, "/bin/true");
    }

    @Test
    void exec_largeEnvironment_arrivesWhole() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        for (int i = 0; i < 15; i++) {
            environment.put("V" + i, String.valueOf((char) ('a' + i)).repeat(80_000));
        }
        InitPayload payload = payload(List.of("/bin/sh", "-c", "printf %s \"$V0$V14\""), environment, "/", "");

        Launched init = Launched.init(launcher, directory, payload);

        assertThat(init.end().exitCode()).isZero();
        assertThat(init.stdout()).isEqualTo("a".repeat(80_000) + "o".repeat(80_000));
    }

    @Test
    void lookUp_severalDirectories_takesTheFirstThatCanBeExecuted() throws IOException {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        Files.createDirectory(first.resolve("tool"));
        Path plain = Files.writeString(second.resolve("tool"), "echo not executable\n");
        InitPayload payload = payload(List.of("tool"), Map.of(), "/", "/no/such:" + first + ":" + second + ":/bin");

        // Of several that do not fit, the nearest miss is told.
        assertFailure(Launched.init(launcher, directory, payload), EACCES, NOT_EXECUTABLE, plain.toString());
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Launched.init(launcher, directory, payload).stdout())
                .isEqualTo("echo not executable\n".substring(5));
    }

    @Test
    void lookUp_emptyElement_isTheWorkDirectory() throws IOException {
        executable("here", "#!/bin/sh\necho found\n".getBytes(StandardCharsets.UTF_8));
        InitPayload payload = payload(List.of("here"), Map.of(), directory.toString(), "/no/such::/bin");

        assertThat(Launched.init(launcher, directory, payload).stdout()).isEqualTo("found\n");
    }

    @Test
    void workDirectory_missing_saysSo() throws IOException {
        Launched init = Launched.init(launcher, directory, payload(List.of("/bin/true"), Map.of(), "/no/such", ""));

        assertThat(init.failure()).isEqualTo(new InitMessage.Failed(InitMessage.Stage.CHDIR, ENOENT, 0, "/no/such"));
    }

    @Test
    void identity_ofAnotherDirectory_isRefused() throws IOException {
        long inode = (Long) Files.getAttribute(directory, "unix:ino");
        long device = (Long) Files.getAttribute(directory, "unix:dev");
        var right = new InitPayload.Identity(directory.toString(), device, inode);
        var wrong = new InitPayload.Identity(directory.toString(), device, inode + 1);

        assertThat(Launched.init(launcher, directory, checking(List.of(right)))
                        .end()
                        .exitCode())
                .isZero();
        assertThat(Launched.init(launcher, directory, checking(List.of(right, wrong)))
                        .failure())
                .isEqualTo(new InitMessage.Failed(InitMessage.Stage.CHECK, 0, 1, directory.toString()));
    }

    @Test
    void modes_directoryOrLink_areSetOrRefused() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        int before = (Integer) Files.getAttribute(target, "unix:mode") & 07777;

        assertThat(Launched.init(launcher, directory, changing(Map.of(link.toString(), 01777)))
                        .failure()
                        .stage())
                .isEqualTo(InitMessage.Stage.CHMOD);
        assertThat((Integer) Files.getAttribute(target, "unix:mode") & 07777).isEqualTo(before);

        assertThat(Launched.init(launcher, directory, changing(Map.of(target.toString(), 01777)))
                        .end()
                        .exitCode())
                .isZero();
        assertThat((Integer) Files.getAttribute(target, "unix:mode") & 07777).isEqualTo(01777);
    }

    @Test
    void payload_beyondTheLimit_isRefusedBeforeItIsSent() {
        List<String> arguments = Collections.nCopies(1_050, "x".repeat(64 * 1024));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> payload(arguments, Map.of(), "/", "").encode())
                .withMessageContaining("Pass them in a file")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    /** The binaries are committed; whoever has the recorded compiler can tell that they are what the source gives. */
    @Test
    void binaries_builtAgain_areTheSameBytes() throws Exception {
        Path build = Path.of("../bin/build-init").toAbsolutePath().normalize();
        assumeTrue(launcher.equals("native"), "Skipped: once is enough.");
        assumeTrue(Files.isExecutable(build), "Skipped: there is no bin/build-init beside this module.");
        Process check = new ProcessBuilder(build.toString(), "--check")
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
        assumeTrue(said.contains("same bytes"), "Skipped: " + said.strip());
    }

    private Launched run(String... command) throws IOException {
        return Launched.init(launcher, directory, payload(List.of(command), Map.of(), "/", "/usr/bin:/bin"));
    }

    private static InitPayload payload(
            List<String> arguments, Map<String, String> environment, String workDirectory, String lookupPath) {
        return new InitPayload(arguments, environment, workDirectory, lookupPath, Map.of(), List.of());
    }

    private static InitPayload checking(List<InitPayload.Identity> identities) {
        return new InitPayload(List.of("/bin/true"), Map.of(), "/", "", Map.of(), identities);
    }

    private static InitPayload changing(Map<String, Integer> modes) {
        return new InitPayload(List.of("/bin/true"), Map.of(), "/", "", modes, List.of());
    }

    private static void assertFailure(Launched init, int errno, int problem, String path) {
        assertThat(init.failure()).isEqualTo(new InitMessage.Failed(InitMessage.Stage.EXEC, errno, problem, path));
        assertThat(init.exit()).isEqualTo("exit code 125");
    }

    private Path executable(String name, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    /** An ELF header of an executable for IBM's System/390, elf(5). */
    private static byte[] elfForAnotherMachine() {
        ByteBuffer elf = ByteBuffer.allocate(64).order(ByteOrder.BIG_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 2, 1}).position(16);
        elf.putShort((short) 2).putShort((short) 22).putInt(1);
        return elf.array();
    }
}
