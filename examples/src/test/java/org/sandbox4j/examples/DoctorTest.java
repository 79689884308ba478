package org.sandbox4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.spi.Availability;

class DoctorTest {
    @Test
    void describe_workingBackend_tellsWhatItKeepsAndLacks() {
        assertThat(describe(new Availability.Available(
                        "bubblewrap 0.8.0 at /usr/bin/bwrap", Set.of(Isolation.NETWORK, Isolation.FILESYSTEM))))
                .isEqualToNormalizingNewlines("""

                        bwrap: works
                          found:  bubblewrap 0.8.0 at /usr/bin/bwrap
                          keeps:  FILESYSTEM, NETWORK
                          lacks:  PROCESSES, IPC, HOSTNAME, DEVICES, PRIVILEGES, SYSCALLS, ARTIFACTS, LIMITS

                        """);
    }

    @Test
    void describe_otherBackend_tellsWhyAndWhatToDo() {
        assertThat(describe(new Availability.Unavailable("'bwrap' was not found.", "Install bubblewrap.")))
                .isEqualToNormalizingNewlines("""

                        bwrap: does not work here
                          why:    'bwrap' was not found.
                          remedy: Install bubblewrap.

                        """);
    }

    private static String describe(Availability availability) {
        return Doctor.describe(new Sandboxes.Diagnosis("bwrap", "a.Provider", availability));
    }
}
