package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.local.host.HostFacts;

/** What a command can learn about the host is what the table in {@code docs/security.md} says, and no more. */
class DisclosureIT {
    @TempDir
    Path temporary;

    private Path directory;
    private Sandbox sandbox;

    @BeforeEach
    void open() throws Exception {
        directory = temporary.toRealPath().resolve("sandbox");
        Staging.stageInto(directory);
        sandbox = Staging.builder(directory).open();
        sandbox.markDirectory("/out");
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    /** Also for a superuser's commands, whom the kernel takes for root when they open a file. */
    @Test
    void proc_filesThatOnlyRootMayRead_tellNothing() throws Exception {
        List<String> secret =
                output("find /proc -maxdepth 1 -type f ! -perm -004").lines().toList();

        assertThat(readable(secret)).isEmpty();
    }

    @Test
    void proc_masks_coverWhatTheKernelHas() throws Exception {
        HostFacts facts = HostFacts.current();
        List<String> files =
                facts.maskedFiles().stream().map(name -> "/proc/" + name).toList();

        assertThat(files).isNotEmpty();
        assertThat(readable(files)).isEmpty();
        for (String name : facts.maskedDirectories()) {
            assertThat(output("ls /proc/" + name)).as(name).isEmpty();
        }
    }

    @Test
    void proc_settings_cannotBeChanged() throws Exception {
        for (String name : HostFacts.current().readOnlyEntries()) {
            String writable = "find /proc/" + name + " -maxdepth 2 -type f 2>/dev/null | while read f; do "
                    + "(: >>$f) 2>/dev/null && echo $f; done; true";
            assertThat(output(writable)).as(name).isEmpty();
        }
    }

    @Test
    void mounts_ofTheHost_areNamedByTheirPathsInTheirFileSystemsAlone() throws Exception {
        List<String> roots = output("while read a b c root d; do echo $root; done </proc/self/mountinfo")
                .lines()
                .distinct()
                .filter(root -> !root.startsWith("/null") && !root.equals("/"))
                .toList();
        List<String> devices = List.of("/urandom", "/random", "/zero", "/full");
        List<String> settings = HostFacts.current().readOnlyEntries().stream()
                .map(name -> "/" + name)
                .toList();

        // They begin at the top of their file system, which may be mounted anywhere.
        String staged = "/" + directory.getParent().getFileName() + "/sandbox/root";
        assertThat(roots)
                .filteredOn(root -> !devices.contains(root) && !settings.contains(root))
                .as("what tells where the sandbox is")
                .hasSize(2)
                .allMatch(root -> root.endsWith(staged) || root.endsWith(staged + "/out"));
    }

    @Test
    void sys_isNotThere() throws Exception {
        assertThat(output("cut -d' ' -f5- </proc/self/mountinfo"))
                .doesNotContain("- sysfs", "- cgroup", "- securityfs");
        assertThat(execute("ls /sys").exitCode()).isNotZero();
    }

    @Test
    void cgroup_isTheRootOfItsOwnNamespace() throws Exception {
        assertThat(output("cat /proc/self/cgroup").lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
    }

    @Test
    void initProgram_tellsNothing() throws Exception {
        assertThat(output("tr '\\0' ' ' </proc/1/cmdline")).doesNotContain(directory.toString(), "java", "bwrap");
        for (String file : List.of("environ", "maps", "mem", "auxv", "io", "stack", "syscall", "pagemap")) {
            assertThat(output("cat /proc/1/" + file + " 2>/dev/null | head -c 1; true"))
                    .as(file)
                    .isEmpty();
        }
        for (String link : List.of("cwd", "root", "exe", "fd/0", "fd/4", "fd/5")) {
            assertThat(execute("readlink /proc/1/" + link).stdout().text())
                    .as(link)
                    .isEmpty();
        }
    }

    @Test
    void command_seesItsOwnProcessesAlone() throws Exception {
        assertThat(output("ls /proc").lines().filter(name -> name.matches("[0-9]+")))
                .hasSizeLessThanOrEqualTo(3);
        assertThat(output("cat /proc/self/maps")).doesNotContain(directory.toString());
        assertThat(output("ls -l /proc/self/fd")).doesNotContain(directory.toString());
    }

    private List<String> readable(List<String> files) throws Exception {
        return output("for f in " + String.join(" ", files)
                        + "; do [ $(head -c 1 $f 2>/dev/null | wc -c) = 0 ] || echo $f; done")
                .lines()
                .toList();
    }

    private String output(String script) throws Exception {
        SandboxResult result = execute(script);
        assertThat(result.exitCode())
                .as("%s: %s", script, result.stderr().text())
                .isZero();
        return result.stdout().text();
    }

    private SandboxResult execute(String script) throws Exception {
        return sandbox.execute(SandboxCommand.builder("/bin/sh", "-c", script)
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build());
    }
}
