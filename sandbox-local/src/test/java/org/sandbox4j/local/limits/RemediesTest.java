package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemediesTest {
    @Test
    void ofAll_noGroups_saysWhyAndHowToGetOne() {
        HostLimits host = new HostLimits(Set.of(), true, Map.of(), "nothing is writable");

        assertThat(Remedies.ofAll(host, new LimitPlan.Place(true, false)))
                .isEqualTo(
                        "The limits [CPU_TIME, MEMORY] cannot be enforced here: no control group can be made for them"
                                + " (nothing is writable). Start the JVM in a control group of its own"
                                + " (systemd-run --user --scope -p Delegate=yes), or run it as root where control groups are mounted"
                                + " writable.");
    }
}
