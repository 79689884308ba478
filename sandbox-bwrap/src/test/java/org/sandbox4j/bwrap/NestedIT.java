package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.Stdio;

/** Sandboxes in a sandbox: what {@code nestedNamespaces} is for. */
class NestedIT {
    private static final List<String> LINES = List.of(
            "unshare -U true",
            "unshare -Ur true",
            "unshare -Urm true",
            "unshare -Urpf --mount-proc true",
            "bwrap --unshare-all --ro-bind / / true",
            "bwrap --unshare-all --ro-bind / / --proc /proc true");

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void run_toolsOfNamespaces_work(int uid, @TempDir Path directory) throws InterruptedException {
        try (Sandbox sandbox = nested(directory, uid)) {
            for (String line : LINES) {
                SandboxCommand command = SandboxCommand.builder("sh", "-c", line)
                        .stderr(Stdio.capture(4096))
                        .build();
                assertRunning(sandbox, command).as(line).succeeded();
            }
        }
    }

    /** The bare one is there for the kernel alone: what commands see stays covered, also in namespaces of their own. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void run_processesOfTheSandbox_stayCovered(int uid, @TempDir Path directory) throws InterruptedException {
        String script = "[ ! -e /dev/proc ] && [ \"$(cat /proc/cmdline 2>/dev/null)\" = '' ]"
                + " && unshare -Urm sh -c '! umount /dev 2>/dev/null; ! umount -l /dev 2>/dev/null;"
                + " ! umount /proc/cmdline 2>/dev/null; [ ! -e /dev/proc ] && mount --rbind /dev /tmp && [ ! -e /tmp/proc ]"
                + " && ! mount --bind /dev /tmp 2>/dev/null'";
        try (Sandbox sandbox = nested(directory, uid)) {
            assertRunning(sandbox, SandboxCommand.of("sh", "-c", script)).succeeded();
        }
    }

    /** Whoever has uid 0 of the host may do in a /proc of its own what the host's root may. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void isolation_nested_promisesNoLackOfPrivileges(int uid, @TempDir Path directory) {
        try (Sandbox sandbox = nested(directory, uid)) {
            assertThat(sandbox.isolation()).doesNotContain(Isolation.PRIVILEGES, Isolation.SYSCALLS);
        }
        assertThatThrownBy(() -> TestedBackend.nesting(Sandbox.builder(directory))
                        .require(Isolation.PRIVILEGES)
                        .open())
                .isInstanceOf(SandboxUnavailableException.class)
                .hasMessageContaining("PRIVILEGES");
    }

    private static Sandbox nested(Path directory, int uid) {
        Sandbox sandbox = TestedBackend.nesting(Sandbox.builder(directory))
                .hostSystem()
                .buildUid(uid)
                .buildGid(uid)
                .open();
        sandbox.setEnvironment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
        return sandbox;
    }
}
