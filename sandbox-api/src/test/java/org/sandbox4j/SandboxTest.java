package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the interface does by itself. */
class SandboxTest {
    private final FakeSandbox fake = new FakeSandbox(Path.of("/root"), Set.of());
    private final Sandbox sandbox = fake;

    @Test
    void devices_always_areTheHarmlessOnes() {
        assertThat(Sandbox.DEVICES).containsExactly("/dev/urandom", "/dev/random", "/dev/zero", "/dev/null");
        assertThatThrownBy(Sandbox.DEVICES::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void run_withoutFlags_usesTheSandboxesOwnSettings() throws Exception {
        int exit = sandbox.run(List.of("make", "all"));

        assertThat(exit).isEqualTo(42);
        assertThat(fake.runs).containsExactly(new FakeSandbox.Run(List.of("make", "all"), Set.of(), null, null));
    }

    @Test
    void run_repeatedFlags_areOne() throws Exception {
        sandbox.run(
                List.of("true"),
                SandboxFlags.ROOT_READ_ONLY,
                SandboxFlags.NETWORK_ENABLED,
                SandboxFlags.ROOT_READ_ONLY);

        assertThat(fake.runs.get(0).flags())
                .containsExactlyInAnyOrder(SandboxFlags.ROOT_READ_ONLY, SandboxFlags.NETWORK_ENABLED);
    }

    @Test
    void run_nullFlag_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> sandbox.run(List.of("true"), (SandboxFlags) null));
        assertThat(fake.runs).isEmpty();
    }

    @Test
    void markDirectory_withoutArtifact_holdsNone() {
        sandbox.markDirectory("/build");

        assertThat(fake.marks).containsExactly(new FakeSandbox.Mark("/build", false));
    }
}
