package org.sandbox4j.chroot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/** Every instruction, compared word by word. */
class EnterInstructionsTest {
    private static final HostFacts HOST =
            new HostFacts(List.of("keys", "kcore"), List.of("acpi"), List.of("sys"), false);

    private static final String DEVICES = "bind /dev/urandom /dev/urandom device; bind /dev/random /dev/random device; "
            + "bind /dev/zero /dev/zero device; bind /dev/null /dev/null device; bind /dev/full /dev/full device; ";

    private static final String LINKS = "link /dev/fd /proc/self/fd; link /dev/stdin /proc/self/fd/0; "
            + "link /dev/stdout /proc/self/fd/1; link /dev/stderr /proc/self/fd/2";

    @Test
    void instructions_readOnlyRoot_isReadOnlyFromTheStart() {
        assertThat(of(plan(false, false)))
                .isEqualTo(words("hostname box; loopback; root /srv/root read-only; become 12 34"));
    }

    @Test
    void instructions_writableRoot_isWritable() {
        assertThat(of(plan(true, false)))
                .isEqualTo(words("hostname box; loopback; root /srv/root writable; become 12 34"));
    }

    @Test
    void instructions_network_hasALoopbackAlready() {
        assertThat(of(plan(false, true))).isEqualTo(words("hostname box; root /srv/root read-only; become 12 34"));
    }

    @Test
    void instructions_binds_areOfThreeKinds() {
        assertMounts(
                "bind /a /x read-only; bind /b /y writable; bind /dev/kvm /z device",
                new Mount.Bind(Path.of("/a"), "/x", false, false),
                new Mount.Bind(Path.of("/b"), "/y", true, false),
                new Mount.Bind(Path.of("/dev/kvm"), "/z", true, true));
    }

    @Test
    void instructions_memory_hasModeAndSize() {
        assertMounts(
                "memory /tmp 1777 0; memory /other 0755 4096; directory /tmp/work",
                new Mount.Memory("/tmp", 01777),
                new Mount.Memory("/other", 0755, OptionalLong.of(4096)),
                new Mount.Directory("/tmp/work"));
    }

    @Test
    void instructions_processes_areCoveredAndTheirDirectoriesSealedLast() {
        assertMounts(
                "processes /proc plain; cover /proc/keys; cover /proc/kcore; memory /proc/acpi 0755 0; shield /proc/sys; "
                        + "memory /tmp 1777 0; seal /proc/acpi",
                new Mount.Processes("/proc"),
                new Mount.Memory("/tmp", 01777));
    }

    @Test
    void instructions_nesting_isAllowedWithTheProcesses() {
        assertThat(EnterInstructions.of(
                        plan(false, false, new Mount.Processes("/proc")), HOST, true, EnterInstructions.End.BECOME))
                .containsSubsequence("processes", "/proc", "nested");
    }

    /** Only where a /proc is mounted that nothing covers may a nested sandbox mount its own; nobody can reach this one. */
    @Test
    void instructions_nestedNamespaces_hideABareProcBelowTheDevices() {
        assertThat(String.join(
                        " ",
                        EnterInstructions.of(
                                plan(false, false, new Mount.Devices("/dev", false)),
                                HOST,
                                true,
                                EnterInstructions.End.BECOME)))
                .contains("memory /dev 0755 0 processes /dev/proc nested memory /dev 0755 0 bind");
    }

    @Test
    void instructions_devices_areSealedLast() {
        assertMounts(
                "memory /dev 0755 0; " + DEVICES + LINKS + "; bind /a /dev/a read-only; seal /dev",
                new Mount.Devices("/dev", false),
                new Mount.Bind(Path.of("/a"), "/dev/a", false, false));
    }

    @Test
    void instructions_terminalsAndSharedMemory_areTheSandboxsOwn() {
        assertMounts(
                "memory /dev 0755 0; " + DEVICES + "bind /dev/tty /dev/tty device; " + LINKS
                        + "; terminals /dev/pts; link /dev/ptmx pts/ptmx; memory /dev/shm 1777 77; seal /dev",
                new Mount.Devices("/dev", true, OptionalLong.of(77), Mount.Terminals.OF_BACKEND));
    }

    @Test
    void instructions_trial_executesNothing() {
        assertThat(EnterInstructions.of(plan(false, true), HOST, false, EnterInstructions.End.TRY))
                .endsWith("try", "12", "34")
                .doesNotContain("become");
    }

    private static void assertMounts(String expected, Mount... mounts) {
        assertThat(of(plan(false, false, mounts)))
                .isEqualTo(words("hostname box; loopback; root /srv/root read-only; " + expected + "; become 12 34"));
    }

    private static List<String> of(SandboxPlan plan) {
        return EnterInstructions.of(plan, HOST, false, EnterInstructions.End.BECOME);
    }

    private static SandboxPlan plan(boolean writable, boolean network, Mount... mounts) {
        return new SandboxPlan(Path.of("/srv/root"), writable, List.of(mounts), network, 12, 34, "box");
    }

    private static List<String> words(String instructions) {
        List<String> words = new ArrayList<>();
        for (String instruction : instructions.split("; ", -1)) {
            words.addAll(Arrays.asList(instruction.split(" ", -1)));
        }
        return words;
    }
}
