package org.sandbox4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.spi.Availability;

class LocalIsolationTest {
    @Test
    void available_toolCannotSizeFileSystems_saysWhyThereAreNoLimits() {
        Availability.Available available = LocalIsolation.available("a tool", false);

        assertThat(available.isolation()).doesNotContain(Isolation.LIMITS);
        assertThat(available.lacking().get(Isolation.LIMITS))
                .endsWith(
                        "The limits [TMP_SIZE, SHM_SIZE] cannot be enforced here: the installed isolation tool cannot"
                                + " limit file systems in memory (bubblewrap can with --size, since 0.7.0). Install a later one.");
    }

    @Test
    void available_onAnyHost_saysWhyThereAreNoLimits() {
        Availability.Available available = LocalIsolation.available("a tool", true);

        assertThat(available.lacking().containsKey(Isolation.LIMITS))
                .isNotEqualTo(available.isolation().contains(Isolation.LIMITS));
    }
}
