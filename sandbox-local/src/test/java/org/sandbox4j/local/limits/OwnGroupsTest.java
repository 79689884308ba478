package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnGroupsTest {
    @Test
    void parse_bothVersions_findsEachDirectory() {
        String mounts = """
                25 1 0:22 / /sys rw - sysfs sysfs rw
                31 25 0:27 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
                32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """;
        String groups = "9:name=systemd:/x\n4:memory:/a/b\n2:cpu,cpuacct:/\n0::/user.slice/c\n";

        assertThat(OwnGroups.parse(mounts, groups))
                .isEqualTo(new OwnGroups(
                        Optional.of(Path.of("/sys/fs/cgroup/unified/user.slice/c")),
                        Map.of(
                                "memory", Path.of("/sys/fs/cgroup/memory/a/b"),
                                "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                                "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))));
    }

    /** In containers without a namespace of groups, only a part of the hierarchy is mounted. */
    @Test
    void parse_partMounted_leavesOutWhatIsAbove() {
        String mounts = """
                31 25 0:27 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                32 25 0:27 /docker/2 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
                """;

        assertThat(OwnGroups.parse(mounts, "4:memory:/docker/1\n5:pids:/docker/1\n")
                        .legacy())
                .isEqualTo(Map.of("memory", Path.of("/sys/fs/cgroup/memory")));
        assertThat(OwnGroups.parse(mounts, "4:memory:/docker/1/in\n").legacy())
                .isEqualTo(Map.of("memory", Path.of("/sys/fs/cgroup/memory/in")));
    }

    @Test
    void parse_nothing_isNothing() {
        assertThat(OwnGroups.parse("", "")).isEqualTo(new OwnGroups(Optional.empty(), Map.of()));
    }
}
