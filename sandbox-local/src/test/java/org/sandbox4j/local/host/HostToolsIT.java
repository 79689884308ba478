package org.sandbox4j.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class HostToolsIT {
    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path directory;

    @Test
    void run_tool_tellsExitCodeAndBothStreams() throws IOException {
        HostTool.Answer answer = HostTool.run(SHELL, List.of("-c", "echo out; echo err >&2; exit 3"));

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.output()).contains("out\n").contains("err\n");
    }

    @Test
    void run_arguments_arriveUnchanged() throws IOException {
        HostTool.Answer answer = HostTool.run(
                SHELL, List.of("-c", "printf '<%s>' \"$@\"", "sh", "a b", "", "\"q\" 'r'", "$x ${y}", "--", "*"));

        assertThat(answer.output()).isEqualTo("<a b><><\"q\" 'r'><$x ${y}><--><*>");
    }

    @Test
    void run_tool_hasNoEnvironmentAndNoInput() throws IOException {
        HostTool.Answer answer = HostTool.run(SHELL, List.of("-c", "tr '\\0' '\\n' </proc/$$/environ; cat; echo end"));

        assertThat(answer.output()).isEqualTo("end\n");
    }

    @Test
    void run_missingTool_cannotBeStarted() {
        assertThatThrownBy(() -> HostTool.run(directory.resolve("missing"), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
    }

    /** A wrapper script is killed, but what it waits for holds the pipe of its output. */
    @Test
    @Timeout(40)
    void run_toolWithAChildDoesNotAnswer_isGivenUpInTime() throws IOException {
        Path tool = Files.writeString(directory.resolve("tool"), "#!/bin/sh\nsleep 30\necho late\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        long start = System.nanoTime();

        assertThatThrownBy(() -> HostTool.run(tool, List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(tool.toString())
                .hasMessageContaining("did not answer within 10 s");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void run_interruptedThread_staysInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        try {
            HostTool.run(SHELL, List.of("-c", "exit 0"));
        } catch (IOException e) {
            // Giving up is fine, as long as the caller can tell why.
        }

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void find_name_takesTheFirstExecutableFile() throws IOException {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        Path third = Files.createDirectory(directory.resolve("third"));
        Files.createDirectory(first.resolve("tool"));
        Files.writeString(second.resolve("tool"), "not executable");
        Path tool = Files.writeString(third.resolve("tool"), "executable");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));

        assertThat(HostPrograms.find("tool", List.of(directory.resolve("missing"), first, second, third)))
                .contains(tool);
        assertThat(HostPrograms.find("tool", List.of(first, second))).isEmpty();
    }

    @Test
    void searchPath_always_isAbsoluteUniqueAndEndsWithTheSystems() {
        List<Path> path = HostPrograms.searchPath();

        assertThat(path).allMatch(Path::isAbsolute).doesNotHaveDuplicates();
        assertThat(path).contains(Path.of("/usr/bin"), Path.of("/usr/sbin"));
    }

    @Test
    void current_thisProcess_isWhoOwnsItsFiles() throws IOException {
        Path file = Files.createFile(directory.resolve("mine"));

        Caller caller = Caller.current();

        assertThat(caller.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
        assertThat(caller.isRoot()).isEqualTo(caller.uid() == 0);
        assertThat(caller.otherGroups()).doesNotContain(caller.gid());
        assertThat(caller.gid()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    @Test
    void binds_ofTheHostSystem_areReadOnlyAndReadable() {
        assertThat(HostSystem.binds())
                .isNotEmpty()
                .allSatisfy(bind -> {
                    assertThat(bind.writable()).isFalse();
                    assertThat(bind.source()).isReadable();
                    assertThat(bind.target()).isEqualTo(bind.source().toString());
                })
                .noneMatch(bind ->
                        bind.target().startsWith("/etc/shadow") || bind.target().equals("/etc"))
                .anyMatch(bind -> bind.target().equals("/usr"));
    }
}
