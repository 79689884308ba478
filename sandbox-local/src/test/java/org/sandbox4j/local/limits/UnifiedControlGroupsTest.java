package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against {@link FakeGroupFiles}: hosts with the second version alone are rare among those that build. */
class UnifiedControlGroupsTest {
    private static final Path OWN = Path.of("/sys/fs/cgroup/user.slice/run.scope");
    private final GroupNames names = new GroupNames(7, pid -> pid == 7 ? Optional.of("100") : Optional.empty());

    private final FakeGroupFiles files = new FakeGroupFiles(true).group(OWN, "cpu memory pids", "");

    @Test
    void make_memoryAndProcesses_writesEachLimitAndNoSwap() throws IOException {
        ControlGroup group = groups().make(Map.of(Controller.MEMORY, 1000L, Controller.PROCESSES, 20L));

        Path directory = OWN.resolve("sandbox4j-7-100-1");
        assertThat(files.read(OWN.resolve("cgroup.subtree_control"))).isEqualTo("memory pids");
        assertThat(files.read(directory.resolve("memory.max"))).isEqualTo("1000");
        assertThat(files.read(directory.resolve("memory.swap.max"))).isEqualTo("0");
        assertThat(files.read(directory.resolve("memory.oom.group"))).isEqualTo("1");
        assertThat(files.read(directory.resolve("pids.max"))).isEqualTo("20");
        assertThat(group.entrances()).containsExactly(directory + "/cgroup.procs");
        assertThat(group.endsAsOne()).isTrue();
    }

    @Test
    void readings_areThoseOfTheKernel() throws IOException {
        ControlGroup group = groups().make(Map.of(Controller.MEMORY, 1000L, Controller.PROCESSES, 20L));
        Path directory = OWN.resolve("sandbox4j-7-100-1");
        assertThat(group.ranOutOfMemory()).isFalse();
        assertThat(group.refusedForks()).isZero();

        files.set(directory.resolve("memory.events"), "low 0\nmax 9\noom 1\noom_kill 2\noom_group_kill 1\n");
        files.set(directory.resolve("memory.peak"), "4096\n");
        files.set(directory.resolve("pids.events"), "max 3\n");
        files.set(directory.resolve("cpu.stat"), "usage_usec 31\nuser_usec 10\nsystem_usec 20\nnr_periods 0\n");

        assertThat(group.ranOutOfMemory()).isTrue();
        assertThat(group.peakMemory()).hasValue(4096);
        assertThat(group.refusedForks()).isEqualTo(3);
        assertThat(group.cpuTime())
                .isEqualTo(new ControlGroup.CpuTime(
                        Duration.ofNanos(31_000), Duration.ofNanos(10_000), Duration.ofNanos(20_000)));
    }

    /** A group with processes may not pass controllers on. */
    @Test
    void in_delegatedGroupWithProcesses_movesThemBelow() throws IOException {
        files.group(OWN, "memory pids", "7\n8\n").delegate(OWN);

        assertThat(groups().controllers()).containsExactlyInAnyOrder(Controller.values());
        assertThat(files.read(OWN.resolve("cgroup.procs"))).isBlank();
        assertThat(files.read(OWN.resolve("sandbox4j-callers/cgroup.procs"))).isEqualTo("7\n8\n");
    }

    @Test
    void in_callersOfAnEarlierJvm_makesGroupsBesideThem() throws IOException {
        files.group(OWN, "memory pids", "7\n").delegate(OWN);
        groups();

        UnifiedControlGroups later = UnifiedControlGroups.in(files, names, OWN.resolve("sandbox4j-callers"));
        later.make(Map.of(Controller.MEMORY, 1L));

        assertThat(files.groups()).contains(OWN.resolve("sandbox4j-7-100-1"));
    }

    @Test
    void in_groupOfSomebodyElseWithProcesses_failsAndMovesNobody() {
        files.group(OWN, "memory pids", "7\n8\n");

        assertThatIOException().isThrownBy(this::groups).withMessageContaining("busy");
        assertThat(files.groups()).containsExactly(OWN);
    }

    @Test
    void in_unwritableGroup_fails() {
        files.forbid(OWN);

        assertThatIOException().isThrownBy(this::groups).withMessageContaining("may not be written");
    }

    @Test
    void in_controllersHeldByTheFirstVersion_offersCpuTimeAlone() throws IOException {
        files.group(OWN, "hugetlb", "");

        assertThat(groups().controllers()).containsExactly(Controller.CPU);
    }

    @Test
    void make_limitRefused_leavesNoGroup() throws IOException {
        UnifiedControlGroups groups = groups();
        files.set(OWN.resolve("cgroup.subtree_control"), "pids");

        assertThatIOException().isThrownBy(() -> groups.make(Map.of(Controller.MEMORY, 1L)));
        assertThat(files.groups()).containsExactly(OWN);
    }

    private UnifiedControlGroups groups() throws IOException {
        return UnifiedControlGroups.in(files, names, OWN);
    }
}
