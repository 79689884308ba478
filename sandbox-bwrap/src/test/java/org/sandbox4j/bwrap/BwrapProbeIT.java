package org.sandbox4j.bwrap;

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
import org.junit.jupiter.api.Timeout;
import org.sandbox4j.ProgramNotFoundError;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.testkit.Marker;
import org.sandbox4j.testkit.SandboxAssertions;

/** What the probe says of fake bubblewraps, and of the real one in surroundings where it cannot work. */
class BwrapProbeIT {
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
    void probe_bubblewrapOfThisHost_isAvailable() {
        Path bwrap = Bubblewrap.onThisHost();

        BwrapProbe.Answer answer = new BwrapProbe(bwrap).ask();

        assertThat(answer.availability())
                .isInstanceOfSatisfying(
                        Availability.Available.class,
                        available -> assertThat(available.detail())
                                .contains("bubblewrap ")
                                .contains(bwrap.toString()));
        assertThat(answer.installation()).isNotNull();
    }

    @Test
    void probe_fakeThatLacksOptions_isTooOld() throws IOException {
        Path fake = fakeOf(HelpTexts.without("--as-pid-1"), "exit 0");

        assertUnavailable(fake, "too old", "0.4.0", "[--as-pid-1]", "Install bubblewrap");
    }

    @Test
    @Timeout(60)
    void probe_fakeThatDoesNotAnswer_isGivenUp() throws IOException {
        Marker marker = Marker.fresh();
        Path fake = staging.script("bwrap", "exec sleep " + marker + "\n");

        assertUnavailable(fake, "did not answer within 10 s", "Install it again");
        marker.assertGone();
    }

    @Test
    void probe_fakeWithSetuidBit_isRefusedWithoutBeingRun() throws IOException {
        Path fake = fakeOf(HelpTexts.version("0.8.0"), "> " + staging.beside("was-run"));
        Files.setAttribute(fake, "unix:mode", 04755);

        assertUnavailable(fake, "setuid root", "chmod u-s " + fake);
        assertThat(staging.beside("was-run")).doesNotExist();
    }

    @Test
    void probe_fakeWithoutProc_blamesTheContainer() throws IOException {
        Path fake = failing("bwrap: Can't mount proc on /newroot/proc: Operation not permitted");

        assertUnavailable(fake, "Can't mount proc", "partly covered", "systempaths=unconfined");
    }

    @Test
    void probe_fakeWithoutPermissions_saysToAllowNamespaces() throws IOException {
        Path fake = failing("bwrap: No permissions to create new namespace, likely because the kernel does not allow "
                + "non-privileged user namespaces.");

        assertUnavailable(fake, "No permissions to create new namespace", "user namespaces");
    }

    @Test
    void probe_fakeWithoutUidMap_namesAFilterOrTheSetting() throws IOException {
        Path fake = failing("bwrap: setting up uid map: Permission denied");

        assertUnavailable(fake, "setting up uid map: Permission denied", "user namespaces");
    }

    /** As when a library of bubblewrap's was removed: that is no question of its version. */
    @Test
    void probe_fakeThatCannotLoadItsLibraries_repeatsWhatItSaid() throws IOException {
        Path fake = staging.script(
                "bwrap", "echo 'bwrap: error while loading shared libraries: libcap.so.2' >&2; exit 127\n");

        assertUnavailable(fake, "error while loading shared libraries: libcap.so.2", "Install it again");
    }

    @Test
    void open_fakeThatIsTooOld_isRefusedWithReasonAndRemedy() throws IOException {
        Path fake = fakeOf(HelpTexts.without("--cap-drop"), "exit 0");

        assertThatExceptionOfType(SandboxUnavailableException.class)
                .isThrownBy(() -> staging.open(builder -> builder.with(BwrapOptions.program(fake))))
                .withMessageContaining("[--cap-drop]")
                .withMessageContaining("Install bubblewrap");
    }

    @Test
    void open_programMissing_saysHowToInstallItAndHowToPointAtIt() {
        Path missing = staging.beside("nowhere");

        assertThatExceptionOfType(ProgramNotFoundError.class)
                .isThrownBy(() -> staging.open(builder -> builder.with(BwrapOptions.program(missing))))
                .withMessageContaining("'" + missing + "'")
                .withMessageContaining("apt-get install bubblewrap")
                .withMessageContaining("dnf install bubblewrap")
                .withMessageContaining("BwrapOptions.program");
    }

    @Test
    void open_programNotExecutable_isMissing() throws IOException {
        Path file = Files.writeString(staging.beside("bwrap"), "text");

        assertThatExceptionOfType(ProgramNotFoundError.class)
                .isThrownBy(() -> staging.open(builder -> builder.with(BwrapOptions.program(file))))
                .withMessageContaining(file.toString());
    }

    @Test
    void open_nestedNamespacesWithAFilter_isRefused() {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> staging.open(builder -> builder.seccomp(SeccompProfile.STANDARD)
                        .with(BwrapOptions.defaults().nestedNamespaces(true))))
                .withMessageContaining("nestedNamespaces");
    }

    /** The real program behind the help text of an older one: the init program must set the modes. */
    @Test
    void run_bubblewrapWithoutPerms_givesTheSameModes() throws Exception {
        Path older = staging.script("bwrap", """
                for argument; do
                  [ "$argument" = --perms ] || [ "$argument" = --disable-userns ] && { echo "unknown option" >&2; exit 1; }
                done
                [ "$1" = --help ] && { cat <<'EOF'
                %sEOF
                exit; }
                exec %s "$@"
                """.formatted(HelpTexts.version("0.4.0"), Bubblewrap.onThisHost()));
        Sandbox sandbox = staging.open(builder -> builder.with(BwrapOptions.program(older)));
        SandboxCommand stat = SandboxCommand.builder("/bin/stat", "-c", "%a %n", "/tmp", "/dev/shm", "/dev")
                .flags(SandboxFlags.CREATE_DEV_SHM)
                .build();

        SandboxAssertions.assertThat(sandbox.execute(stat)).succeeded().wrote("1777 /tmp\n1777 /dev/shm\n755 /dev\n");
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

        assertThat(said).contains("Can't mount proc").contains("partly covered").contains("systempaths=unconfined");
    }

    @Test
    void diagnose_bubblewrapNotInstalled_saysHowToInstallIt() throws Exception {
        Path hidden = Bubblewrap.onThisHost();
        Files.writeString(staging.beside("empty"), "");
        String said = ChildJvm.withLauncher("auto")
                .below(ChildJvm.ownMounts())
                .afterScript(
                        "for d in $(echo $PATH | tr : ' ') /usr/local/bin /usr/bin /bin; do [ ! -e $d/bwrap ] || mount --bind "
                                + staging.beside("empty") + " $d/bwrap; done; ! [ -x " + hidden + " ] || exit 9")
                .run(Diagnose.class);

        assertThat(said)
                .contains("was not found on PATH")
                .contains("/usr/bin")
                .contains("apt-get install bubblewrap")
                .contains("BwrapOptions.program(Path)");
    }

    /** Prints what every provider answers, and what opening a sandbox without any says. */
    static final class Diagnose implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            System.out.println(Sandboxes.diagnose());
            Path directory = Files.createTempDirectory("sandbox4j-diagnose-");
            try {
                assertThatExceptionOfType(org.sandbox4j.SandboxException.class)
                        .isThrownBy(() -> Staging.builder(directory).open())
                        .satisfies(e -> System.out.println(e.getMessage()));
            } finally {
                Staging.remove(directory);
            }
        }
    }

    private static void assumeNamespaces() throws IOException {
        Path setting = Path.of("/proc/sys/user/max_user_namespaces");
        assumeThat(Files.exists(setting) && !Files.readString(setting).strip().equals("0"))
                .as("Skipped: user namespaces are needed.")
                .isTrue();
    }

    private Path fakeOf(String help, String instead) throws IOException {
        return staging.script("bwrap", """
                case "$1" in
                --version) echo bubblewrap 0.4.0;;
                --help) cat <<'EOF'
                %sEOF
                ;;
                *) %s;;
                esac
                """.formatted(help, instead));
    }

    private Path failing(String message) throws IOException {
        return fakeOf(HelpTexts.version("0.8.0"), "echo \"" + message + "\" >&2; exit 1");
    }

    private static void assertUnavailable(Path program, String... parts) {
        BwrapProbe.Answer answer = new BwrapProbe(program).ask();

        assertThat(answer.installation()).isNull();
        assertThat(answer.availability())
                .isInstanceOfSatisfying(
                        Availability.Unavailable.class,
                        unavailable -> assertThat(unavailable.reason() + " " + unavailable.remedy())
                                .contains(program.toString())
                                .contains(parts));
    }
}
