package org.sandbox4j.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountedNoexecTest {
    private static final String TABLE = """
            1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw
            2 1 0:30 / /srv rw,nosuid,noexec shared:5 - tmpfs none rw
            3 2 0:31 / /srv/with\\040space rw,noexec - tmpfs none rw
            4 2 0:32 / /srv/on rw,noexec - tmpfs none rw
            5 4 0:33 / /srv/on rw - tmpfs none rw
            odd line
            """;

    @Test
    void holding_pathBelow_namesTheInnermostMount() {
        assertThat(MountedNoexec.holding("/srv/root/bin/sh", TABLE)).contains("/srv");
        assertThat(MountedNoexec.holding("/srv/with space/sh", TABLE)).contains("/srv/with space");
    }

    @Test
    void holding_executionAllowed_isNothing() {
        assertThat(MountedNoexec.holding("/usr/bin/sh", TABLE)).isEmpty();
        assertThat(MountedNoexec.holding("/srv2/sh", TABLE)).isEmpty();
        assertThat(MountedNoexec.holding("/srv/on/sh", TABLE))
                .as("the last of two mounts on one point is on top")
                .isEmpty();
    }

    /** Programs are executed from /usr wherever tests run. */
    @Test
    void holding_thisHost_isRead() {
        assertThat(MountedNoexec.holding(Path.of("/usr/bin"))).isEmpty();
    }
}
