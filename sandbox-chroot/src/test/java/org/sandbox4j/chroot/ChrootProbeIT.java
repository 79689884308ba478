package org.sandbox4j.chroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Isolation;
import org.sandbox4j.ProgramNotFoundError;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.bwrap.ChildJvm;
import org.sandbox4j.bwrap.Staging;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.testkit.SandboxAssertions;

/** What the probe says of the real unshare(1), of fakes that fail, and in surroundings where it cannot work. */
class ChrootProbeIT {
    private static final Path UNSHARE = Path.of("/usr/bin/unshare");

    private Staging staging;

    @BeforeEach
    void stage() throws IOException {
        staging = Staging.create();
    }

    @AfterEach
    void clear() throws IOException {
        staging.close();
    }

    @Test
    void probe_unshareOfThisHost_isAvailableAndFilters() {
        ChrootProbe.Answer answer = ChrootProbe.ask(UNSHARE);

        assertThat(answer.namespaces()).isPresent();
        assertThat(answer.availability()).isInstanceOfSatisfying(Availability.Available.class, available -> {
            assertThat(available.detail()).contains(UNSHARE.toString());
            assertThat(available.isolation()).contains(Isolation.FILESYSTEM, Isolation.SYSCALLS, Isolation.ARTIFACTS);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "process"})
    void probe_eitherLauncher_leavesNothing(String launcher) throws Exception {
        Path temporary = Files.createDirectory(staging.beside("tmp"));

        String said = ChildJvm.withLauncher(launcher)
                .option("-Djava.io.tmpdir=" + temporary)
                .run(Diagnose.class);

        assertThat(said).contains("chroot").contains("namespaces by ");
        try (var left = Files.list(temporary)) {
            assertThat(left)
                    .filteredOn(path -> path.getFileName().toString().startsWith("sandbox4j"))
                    .isEmpty();
        }
    }

    @Test
    void probe_fakeThatIsNotPermitted_saysToAllowNamespaces() throws IOException {
        assertUnavailable(
                "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1",
                "unshare failed: Operation not permitted",
                "Allow unprivileged user namespaces");
    }

    @Test
    void probe_fakeOfAnotherUtilLinux_repeatsWhatItSaid() throws IOException {
        assertUnavailable(
                "echo \"unshare: unrecognized option '--cgroup'\" >&2; exit 1", "unrecognized option '--cgroup'");
    }

    @Test
    void open_fakeThatFails_isRefusedWithReasonAndRemedy() throws IOException {
        Path fake = staging.script("unshare", "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1\n");

        assertThatExceptionOfType(SandboxUnavailableException.class)
                .isThrownBy(() -> open(ChrootOptions.unshare(fake)))
                .withMessageContaining("Operation not permitted")
                .withMessageContaining("Allow unprivileged user namespaces");
    }

    /** Worked at the probe, and no more. */
    @Test
    void run_unshareThatFailsLater_isASetupFailureAndNoExitCode() throws Exception {
        Path broken = staging.beside("broken");
        Path fake = staging.script(
                "unshare",
                "[ ! -e " + broken + " ] || { echo 'unshare: out of order' >&2; exit 1; }\nexec " + UNSHARE
                        + " \"$@\"\n");
        Sandbox sandbox = open(ChrootOptions.unshare(fake));
        SandboxAssertions.assertThat(sandbox.execute(SandboxCommand.of("/bin/true")))
                .succeeded();
        Files.createFile(broken);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> sandbox.execute(SandboxCommand.of("/bin/true")))
                .withMessageContaining("unshare: out of order")
                .withMessageContaining(fake.toString());
    }

    @Test
    void open_programMissing_saysHowToInstallItAndHowToPointAtIt() {
        Path missing = staging.beside("nowhere");

        assertThatExceptionOfType(ProgramNotFoundError.class)
                .isThrownBy(() -> open(ChrootOptions.unshare(missing)))
                .withMessageContaining("'" + missing + "'")
                .withMessageContaining("apt-get install util-linux")
                .withMessageContaining("ChrootOptions.unshare");
    }

    @Test
    void open_nestedNamespacesWithAFilter_isRefused() {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> staging.open(builder -> builder.backend("chroot")
                        .seccomp(SeccompProfile.STANDARD)
                        .with(ChrootOptions.defaults().nestedNamespaces(true))))
                .withMessageContaining("nestedNamespaces");
    }

    @Test
    void run_nestedNamespaces_canBeMadeWhereAllowedOnly() throws Exception {
        SandboxCommand nested = SandboxCommand.of("/bin/unshare", "-U", "true");

        Sandbox plain = staging.open(builder -> builder.backend("chroot").seccomp(SeccompProfile.NONE));
        SandboxAssertions.assertThat(plain.execute(nested)).failed();
        Sandbox allowing = open(ChrootOptions.defaults().nestedNamespaces(true));
        SandboxAssertions.assertThat(allowing.execute(nested)).succeeded();
        assertThat(allowing.isolation()).doesNotContain(Isolation.SYSCALLS);
    }

    @Test
    void diagnose_noUserNamespacesAllowed_namesTheSetting() throws Exception {
        assumeNamespaces();
        String said = ChildJvm.withLauncher("auto")
                .below("unshare", "-Ur")
                .afterScript("echo 0 > /proc/sys/user/max_user_namespaces")
                .run(Diagnose.class);

        assertThat(said).contains("user.max_user_namespaces is 0").contains("sysctl -w user.max_user_namespaces");
    }

    /** As in an unprivileged container: a locked mount covers a part of /proc, so a new one may not show it. */
    @Test
    void diagnose_procPartlyCovered_blamesTheContainer() throws Exception {
        assumeNamespaces();
        String said = ChildJvm.withLauncher("auto")
                .below("unshare", "-Urmpf", "--mount-proc")
                .afterScript("mount --bind /dev/null /proc/uptime")
                .below("unshare", "-Urm")
                .run(Diagnose.class);

        assertThat(said)
                .contains("mounting /proc failed")
                .contains("partly covered")
                .contains("systempaths=unconfined");
    }

    /** A superuser without the power to make mounts has user namespaces like everybody else. */
    @Test
    void diagnose_rootWithoutPowers_usesUserNamespaces() throws Exception {
        assumeNamespaces();
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("Skipped: only root can lose root's powers.")
                .isEqualTo(0);
        String said = ChildJvm.withLauncher("auto")
                .below("setpriv", "--bounding-set=-sys_admin,-sys_chroot,-setuid,-setgid", "--inh-caps=-all")
                .run(Works.class);

        assertThat(said).contains("uid=0");
    }

    @Test
    void diagnose_utilLinuxNotInstalled_saysHowToInstallIt() throws Exception {
        Files.writeString(staging.beside("empty"), "");
        String said = ChildJvm.withLauncher("auto")
                .below("unshare", "-Urm")
                .afterScript("mount --bind " + staging.beside("empty") + " " + UNSHARE)
                .run(Diagnose.class);

        assertThat(said)
                .contains("'unshare' was not found on PATH")
                .contains("apt-get install util-linux")
                .contains("ChrootOptions.unshare(Path)");
    }

    /** Prints what every provider answers, and what opening a sandbox says. */
    public static final class Diagnose implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            System.out.println(Sandboxes.diagnose());
            Path directory = Files.createTempDirectory("sandbox4j-diagnose-");
            try (Sandbox sandbox = Sandbox.builder(directory).backend("chroot").open()) {
                System.out.println("opened " + sandbox.isolation());
            } catch (SandboxException e) {
                System.out.println(e.getMessage());
            } finally {
                Staging.remove(directory);
            }
        }
    }

    /** Runs {@code id} in a sandbox. */
    public static final class Works implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Files.createTempDirectory("sandbox4j-works-");
            try (Sandbox sandbox =
                    Sandbox.builder(directory).backend("chroot").hostSystem().open()) {
                System.out.println(sandbox.execute(SandboxCommand.of("/usr/bin/id"))
                        .stdout()
                        .text());
            } finally {
                Staging.remove(directory);
            }
        }
    }

    private Sandbox open(ChrootOptions options) {
        return staging.open(builder -> builder.backend("chroot").with(options));
    }

    private void assertUnavailable(String script, String... parts) throws IOException {
        Path fake = staging.script("unshare", script + "\n");

        ChrootProbe.Answer answer = ChrootProbe.ask(fake);

        assertThat(answer.namespaces()).isEmpty();
        assertThat(answer.availability())
                .isInstanceOfSatisfying(
                        Availability.Unavailable.class,
                        unavailable -> assertThat(unavailable.reason() + " " + unavailable.remedy())
                                .contains(fake.toString())
                                .contains(parts));
    }

    private static void assumeNamespaces() throws IOException {
        Path setting = Path.of("/proc/sys/user/max_user_namespaces");
        assumeThat(Files.exists(setting) && !Files.readString(setting).strip().equals("0"))
                .as("Skipped: user namespaces are needed.")
                .isTrue();
    }
}
