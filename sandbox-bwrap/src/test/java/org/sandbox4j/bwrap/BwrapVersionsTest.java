package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/** One plan that uses everything, with the options of each version in the field. */
class BwrapVersionsTest {
    private static final HostFacts HOST = new HostFacts(List.of("keys"), List.of("acpi"), List.of("sys"), false);

    private static final SandboxPlan PLAN = new SandboxPlan(
            Path.of("/srv/root"),
            false,
            List.of(
                    new Mount.Bind(Path.of("/srv/root/build"), "/build", true, false),
                    new Mount.Processes("/proc"),
                    new Mount.Devices("/dev", true),
                    new Mount.Memory("/tmp", 01777),
                    new Mount.Directory("/tmp/work"),
                    new Mount.Bind(Path.of("/srv/tools"), "/tools", false, false)),
            false,
            0,
            0,
            "sandbox");

    /** A line for each group of options; the words in brackets are there since the version that they begin with. */
    private static final List<String> EXPECTED = List.of(
            "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net",
            "--hostname sandbox",
            "[0.8.0 --disable-userns]",
            "--uid 0 --gid 0 --new-session --as-pid-1 --cap-drop ALL",
            "--seccomp 3",
            "--ro-bind /srv/root /",
            "--bind /srv/root/build /build",
            "--proc /proc --ro-bind /dev/null /proc/keys",
            "[0.5.0 --perms 0755]",
            "--tmpfs /proc/acpi --ro-bind /proc/sys /proc/sys",
            "[0.5.0 --perms 0755]",
            "--tmpfs /dev",
            "--dev-bind /dev/urandom /dev/urandom --dev-bind /dev/random /dev/random",
            "--dev-bind /dev/zero /dev/zero --dev-bind /dev/null /dev/null --dev-bind /dev/full /dev/full",
            "--symlink /proc/self/fd /dev/fd --symlink /proc/self/fd/0 /dev/stdin",
            "--symlink /proc/self/fd/1 /dev/stdout --symlink /proc/self/fd/2 /dev/stderr",
            "[0.5.0 --perms 1777]",
            "--tmpfs /dev/shm",
            "[0.5.0 --perms 1777]",
            "--tmpfs /tmp --dir /tmp/work --ro-bind /srv/tools /tools",
            "--remount-ro /proc/acpi --remount-ro /dev");

    static List<String> versions() {
        return HelpTexts.versions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void commandLine_ofAVersion_isWholeAndInOrder(String version) {
        assertThat(options(version, false).options()).containsExactlyElementsOf(expected(version));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void commandLine_ofAVersion_usesOnlyWhatItLists(String version) {
        BwrapFeatures features = features(version);

        assertThat(features.missing()).isEmpty();
        assertThat(options(version, false).options())
                .filteredOn(word -> word.startsWith("--"))
                .isSubsetOf(features.options());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void commandLine_ofAVersion_leavesModesToTheInitProgramOnlyWhereItMust(String version) {
        Map<String, Integer> expected = version.equals("0.4.0") ? Map.of("/dev/shm", 01777, "/tmp", 01777) : Map.of();

        assertThat(options(version, false).modes()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void commandLine_nestedNamespaces_areNeverDisabled(String version) {
        List<String> expected = expected(version);
        expected.remove("--disable-userns");
        expected.addAll(expected.indexOf("ALL") + 1, List.of("--cap-add", "CAP_SETFCAP"));
        List<String> bare = new ArrayList<>(List.of("--tmpfs", "/dev", "--proc", "/dev/proc"));
        int devices = Collections.indexOfSubList(expected, bare.subList(0, 2));
        if (expected.contains("--perms")) {
            devices -= 2;
            bare.addAll(0, List.of("--perms", "0755"));
        }
        expected.addAll(devices, bare);

        assertThat(options(version, true).options()).containsExactlyElementsOf(expected);
    }

    private static List<String> expected(String version) {
        List<String> words = new ArrayList<>();
        for (String line : EXPECTED) {
            List<String> group =
                    new ArrayList<>(List.of(line.replaceAll("[\\[\\]]", "").split(" ", -1)));
            if (!line.startsWith("[") || isAtLeast(version, group.remove(0))) {
                words.addAll(group);
            }
        }
        return words;
    }

    private static boolean isAtLeast(String version, String since) {
        return versions().indexOf(version) >= versions().indexOf(since);
    }

    private static BwrapFeatures features(String version) {
        return BwrapFeatures.parse("bubblewrap " + version, HelpTexts.version(version));
    }

    private static BwrapCommandLine.Options options(String version, boolean nested) {
        return BwrapCommandLine.of(
                PLAN, new BwrapInstallation(Path.of("/usr/bin/bwrap"), features(version), HOST), nested, true);
    }
}
