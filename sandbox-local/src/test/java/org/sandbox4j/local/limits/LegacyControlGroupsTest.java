package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LegacyControlGroupsTest {
    private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory/own");
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids/");
    private static final Path CPU = Path.of("/sys/fs/cgroup/cpuacct/");
    private final GroupNames names =
            new GroupNames(7, pid -> pid == 7 ? Optional.of("100") : pid == 8 ? Optional.of("200") : Optional.empty());

    private final FakeGroupFiles files = new FakeGroupFiles(false)
            .group(MEMORY, "", "7\n")
            .group(PIDS, "", "7\n")
            .group(CPU, "", "7\n");

    @Test
    void make_writesMemoryBeforeSwap_andOnlyWhatIsLimited() throws IOException {
        ControlGroup group = groups().make(Map.of(Controller.MEMORY, 1000L));

        Path directory = MEMORY.resolve("sandbox4j-7-100-1");
        assertThat(files.read(directory.resolve("memory.limit_in_bytes"))).isEqualTo("1000");
        assertThat(files.read(directory.resolve("memory.memsw.limit_in_bytes"))).isEqualTo("1000");
        assertThat(group.entrances()).containsExactly(directory + "/tasks");
        assertThat(group.endsAsOne()).isFalse();
        assertThat(files.groups()).containsExactlyInAnyOrder(MEMORY, PIDS, CPU, directory);
    }

    @Test
    void make_moreProcessesThanThereCanBe_isNoLimit() throws IOException {
        groups().make(Map.of(Controller.PROCESSES, 5_000_000L));

        assertThat(files.read(PIDS.resolve("sandbox4j-7-100-1/pids.max"))).isEqualTo("max");
    }

    @Test
    void readings_areThoseOfTheKernel() throws IOException {
        ControlGroup group = groups().make(Map.of(Controller.MEMORY, 1L, Controller.PROCESSES, 1L, Controller.CPU, 1L));
        assertThat(group.ranOutOfMemory()).isFalse();

        files.set(
                MEMORY.resolve("sandbox4j-7-100-1/memory.oom_control"),
                "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        files.set(MEMORY.resolve("sandbox4j-7-100-1/memory.max_usage_in_bytes"), "8192\n");
        files.set(PIDS.resolve("sandbox4j-7-100-1/pids.events"), "max 5\n");
        files.set(CPU.resolve("sandbox4j-7-100-1/cpuacct.usage"), "30\n");
        files.set(CPU.resolve("sandbox4j-7-100-1/cpuacct.usage_user"), "10\n");

        assertThat(group.ranOutOfMemory()).isTrue();
        assertThat(group.peakMemory()).hasValue(8192);
        assertThat(group.refusedForks()).isEqualTo(5);
        assertThat(group.cpuTime())
                .isEqualTo(new ControlGroup.CpuTime(Duration.ofNanos(30), Duration.ofNanos(10), Duration.ofNanos(20)));
    }

    @Test
    void remove_kernelBusy_triesAgain() throws IOException {
        ControlGroup group = groups().make(Map.of(Controller.MEMORY, 1L, Controller.PROCESSES, 1L));
        files.refuseRemovals(3);

        group.remove();

        assertThat(files.groups()).containsExactlyInAnyOrder(MEMORY, PIDS, CPU);
    }

    @Test
    void leftOvers_ofDeadJvmsAlone_areRemoved() throws IOException {
        files.makeDirectory(MEMORY.resolve("sandbox4j-7-100-90"));
        files.makeDirectory(MEMORY.resolve("sandbox4j-7-99-1"));
        files.makeDirectory(MEMORY.resolve("sandbox4j-8-200-1"));
        files.makeDirectory(MEMORY.resolve("sandbox4j-9-1-1"));
        files.makeDirectory(MEMORY.resolve("sandbox4j-9-1-2"));
        files.write(MEMORY.resolve("sandbox4j-9-1-2/cgroup.procs"), "4711");
        files.makeDirectory(MEMORY.resolve("somebody-else"));

        groups();

        assertThat(files.directories(MEMORY))
                .containsExactlyInAnyOrder(
                        "sandbox4j-7-100-90", "sandbox4j-8-200-1", "sandbox4j-9-1-2", "somebody-else");
    }

    @Test
    void make_controllerMissing_leavesNoGroup() {
        LegacyControlGroups groups = new LegacyControlGroups(files, names, Map.of(Controller.MEMORY, MEMORY));

        assertThatIOException()
                .isThrownBy(() -> groups.make(Map.of(Controller.MEMORY, 1L, Controller.PROCESSES, 1L)))
                .withMessageContaining("pids");
        assertThat(files.groups()).containsExactlyInAnyOrder(MEMORY, PIDS, CPU);
    }

    private LegacyControlGroups groups() {
        return new LegacyControlGroups(
                files, names, Map.of(Controller.MEMORY, MEMORY, Controller.PROCESSES, PIDS, Controller.CPU, CPU));
    }
}
