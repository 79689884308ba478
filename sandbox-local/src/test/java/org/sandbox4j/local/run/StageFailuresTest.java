package org.sandbox4j.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sandbox4j.SandboxSetupException;

class StageFailuresTest {
    @Test
    void explain_refusedFork_saysToRaiseTheLimit() {
        assertExplained("sandbox-enter: fork 11", "fork-refused", "Raise the limit of processes");
        assertExplained("sandbox-stage: execute 12 /usr/bin/bwrap", "fork-refused", "free memory");
    }

    @Test
    void explain_anotherDirectory_saysThatTheRootHasChanged() {
        assertExplained("sandbox-stage: overlay 0 /srv/root", "root-changed", "'/srv/root' is another directory");
    }

    @Test
    void explain_anyOtherFailure_saysWhatFailedWhereAndWhy() {
        assertExplained(
                "sandbox-enter: tmpfs 40 /tmp",
                "stage-failed",
                "mounting a file system in memory failed at '/tmp': Too many levels of symbolic links (ELOOP)");
    }

    @Test
    void explain_pivotRoot_saysWhatForbidsIt() {
        assertExplained("sandbox-enter: pivot 1", "stage-failed", "docker run --security-opt seccomp=unconfined");
        assertExplained("sandbox-enter: pivot 22 /", "stage-failed", "initramfs");
    }

    @Test
    void explain_whatOthersSay_isNotOurs() {
        assertThat(StageFailures.explain("bwrap: Can't find source path")).isEmpty();
    }

    private static void assertExplained(String diagnostics, String reason, String part) {
        SandboxSetupException failure = StageFailures.explain(diagnostics).orElseThrow();

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(part);
    }
}
