package org.sandbox4j.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.spi.Availability;

/** Every diagnosis names the program, what it said, the cause and the remedy. */
class IsolationToolTest {
    private static final IsolationTool TOOL = new IsolationTool("bubblewrap", Path.of("/opt/bwrap"));
    private static final NamespaceSettings ALLOWED = new NamespaceSettings(15_000, false, false);
    private static final String NO_NAMESPACE =
            "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user "
                    + "namespaces. On e.g. debian this can be enabled with 'sysctl kernel.unprivileged_userns_clone=1'.\n";
    private static final String EXCEEDED =
            "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)";
    private static final String UID_MAP = "bwrap: setting up uid map: Permission denied";
    private static final String PROC = "bwrap: Can't mount proc on /newroot/proc: Operation not permitted";

    @Test
    void probing_procNotMountable_blamesTheContainer() {
        assertDiagnosis(
                PROC, ALLOWED, "unprivileged container whose own /proc is partly covered", "systempaths=unconfined");
    }

    /** What it says is more certain than a setting that may not matter. */
    @Test
    void probing_procNotMountableAndRestricted_blamesTheContainer() {
        assertDiagnosis(
                PROC, new NamespaceSettings(15_000, true, true), "own /proc is partly covered", "procMount: Unmasked");
    }

    @Test
    void probing_ownProcNotMountable_blamesTheContainer() {
        assertDiagnosis(
                "sandbox-enter: proc 1 /proc", ALLOWED, "own /proc is partly covered", "systempaths=unconfined");
    }

    /** Docker's own profile denies pivot_root(2) even where it lets namespaces be made. */
    @ParameterizedTest
    @ValueSource(strings = {"sandbox-enter: pivot 1", "bwrap: pivot_root: Operation not permitted"})
    void probing_pivotRootDenied_blamesItAndNamesDockersOptions(String diagnostics) {
        assertDiagnosis(
                diagnostics,
                new NamespaceSettings(15_000, false, true),
                "pivot_root(2) was refused",
                "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sandbox-enter: pivot 22", "bwrap: pivot_root: Invalid argument"})
    void probing_pivotRootInvalid_blamesTheRoot(String diagnostics) {
        assertDiagnosis(diagnostics, ALLOWED, "pivot_root(2) was refused", "initramfs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unshare: unshare failed: Operation not permitted",
                "sandbox-enter: become 1",
                "sandbox-enter: root 13 /srv",
                NO_NAMESPACE,
                UID_MAP
            })
    void probing_denied_namesDockersOptionsWhateverElse(String diagnostics) {
        for (NamespaceSettings settings : List.of(
                ALLOWED, new NamespaceSettings(15_000, true, false), new NamespaceSettings(15_000, false, true))) {
            assertThat(TOOL.unavailable(diagnostics, settings).remedy())
                    .contains(
                            "--security-opt seccomp=unconfined",
                            "apparmor=unconfined",
                            "systempaths=unconfined",
                            "--cap-add SYS_ADMIN");
        }
    }

    @Test
    void ownLine_isNeverShownBare() {
        String line = "sandbox-enter: pivot 1 ";

        assertThat(TOOL.unavailable(line, ALLOWED).reason())
                .contains("with pivot_root(2) failed: Operation not permitted (EPERM)")
                .doesNotContain("sandbox-enter");
        assertThat(TOOL.setupFailure(line, "exit code 125"))
                .hasMessageContaining("with pivot_root(2) failed: Operation not permitted (EPERM)")
                .message()
                .doesNotContain("sandbox-enter");
    }

    @Test
    void probing_oldKernel_isSaid() {
        assertDiagnosis("sandbox-enter: root 38 /", ALLOWED, "kernel lacks a system call", "Linux 5.12");
    }

    @Test
    void probing_noNamespacesAllowed_namesTheSetting() {
        assertDiagnosis(
                EXCEEDED,
                new NamespaceSettings(0, false, false),
                "user.max_user_namespaces is 0",
                "sysctl -w user.max_user_namespaces=");
    }

    @Test
    void probing_debianForbids_namesTheSetting() {
        assertDiagnosis(
                NO_NAMESPACE,
                new NamespaceSettings(15_000, true, false),
                "kernel.unprivileged_userns_clone is 0",
                "sysctl -w kernel.unprivileged_userns_clone=1");
    }

    @Test
    void probing_appArmorRestricts_namesTheSettingAndTheProfile() {
        assertDiagnosis(
                UID_MAP,
                new NamespaceSettings(15_000, false, true),
                "kernel.apparmor_restrict_unprivileged_userns is 1",
                "Install the profile for /opt/bwrap");
    }

    @ParameterizedTest
    @ValueSource(strings = {UID_MAP, "bwrap: Creating new namespace failed: Operation not permitted"})
    void probing_deniedWithoutASetting_blamesAFilter(String diagnostics) {
        assertDiagnosis(diagnostics, ALLOWED, "seccomp profile of a container", "seccomp=unconfined");
    }

    @Test
    void probing_noPermissionsWithoutASetting_saysToAllowNamespaces() {
        assertDiagnosis(
                NO_NAMESPACE, ALLOWED, "No permissions to create new namespace", "Allow unprivileged user namespaces");
    }

    @Test
    void probing_anythingElse_repeatsIt() {
        assertDiagnosis(
                "bwrap: Unexpected frobnication",
                ALLOWED,
                "Unexpected frobnication",
                "Allow unprivileged user namespaces");
    }

    @Test
    void during_processesExhausted_saysToRaiseTheLimit() {
        SandboxSetupException failure = TOOL.setupFailure(
                "bwrap: Creating new namespace failed: Resource temporarily unavailable", "exit code 1");

        assertThat(failure).hasMessageContainingAll("/opt/bwrap", "exit code 1", "namespace failed", "ulimit -u");
        assertThat(failure.reason()).isEqualTo("fork-refused");
    }

    @Test
    void during_directoryGone_saysToStageItAgain() {
        SandboxSetupException failure =
                TOOL.setupFailure("bwrap: Can't find source path /x: No such file or directory", "exit code 1");

        assertThat(failure).hasMessageContainingAll("/opt/bwrap", "Can't find source path /x", "stage it again");
        assertThat(failure.reason()).isEqualTo("setup-failed");
    }

    @Test
    void during_silence_saysSo() {
        SandboxSetupException failure = TOOL.setupFailure("", "signal 9");

        assertThat(failure).hasMessageContainingAll("/opt/bwrap", "signal 9", "said nothing", "bin/doctor");
    }

    @Test
    void settings_filesAsOnRestrictedHosts_areRead(@TempDir Path sys) throws IOException {
        setting(sys, "user/max_user_namespaces", "0");
        setting(sys, "kernel/unprivileged_userns_clone", "0");
        setting(sys, "kernel/apparmor_restrict_unprivileged_userns", "1");

        assertThat(NamespaceSettings.read(sys)).isEqualTo(new NamespaceSettings(0, true, true));
    }

    @Test
    void settings_filesAsOnOpenHosts_areRead(@TempDir Path sys) throws IOException {
        setting(sys, "user/max_user_namespaces", "96365");
        setting(sys, "kernel/unprivileged_userns_clone", "1");
        setting(sys, "kernel/apparmor_restrict_unprivileged_userns", "0");

        assertThat(NamespaceSettings.read(sys)).isEqualTo(new NamespaceSettings(96365, false, false));
    }

    /** Most kernels have no such settings; an absent one forbids nothing. */
    @Test
    void settings_filesMissingOrOdd_forbidNothing(@TempDir Path sys) throws IOException {
        setting(sys, "kernel/unprivileged_userns_clone", "maybe");

        assertThat(NamespaceSettings.read(sys)).isEqualTo(new NamespaceSettings(-1, false, false));
    }

    private static void setting(Path sys, String name, String value) throws IOException {
        Path file = sys.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private static void assertDiagnosis(String diagnostics, NamespaceSettings settings, String cause, String remedy) {
        Availability.Unavailable answer = TOOL.unavailable(diagnostics, settings);

        assertThat(answer.reason())
                .contains("/opt/bwrap")
                .contains(FailedStep.translated(diagnostics.strip()))
                .contains(cause);
        assertThat(answer.remedy()).contains(remedy);
    }
}
