package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResourceUsageTest {
    @Test
    void ofWall_always_leavesTheRestUnknown() {
        ResourceUsage usage = ResourceUsage.ofWall(Duration.ofMillis(7));

        assertThat(usage.wall()).isEqualTo(Duration.ofMillis(7));
        assertThat(usage.user()).isEmpty();
        assertThat(usage.system()).isEmpty();
        assertThat(usage.peakMemory()).isEmpty();
    }
}
