package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/** The argument list is the security of this backend: every test compares all of it, in order. */
class BwrapCommandLineTest {
    private static final Path PROGRAM = Path.of("/usr/bin/bwrap");
    private static final BwrapFeatures OLD = BwrapFeatures.parse("bubblewrap 0.4.0", HelpTexts.version("0.4.0"));
    private static final BwrapFeatures RECENT = BwrapFeatures.parse("bubblewrap 0.8.0", HelpTexts.version("0.8.0"));
    private static final HostFacts BARE = new HostFacts(List.of(), List.of(), List.of(), false);
    private static final HostFacts USUAL =
            new HostFacts(List.of("kcore", "keys"), List.of("acpi", "scsi"), List.of("bus", "sys"), false);

    private static final List<String> NAMESPACES = List.of(
            "--unshare-user",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--unshare-net",
            "--hostname",
            "sandbox",
            "--disable-userns");
    private static final List<String> PRIVILEGES =
            List.of("--uid", "0", "--gid", "0", "--new-session", "--as-pid-1", "--cap-drop", "ALL");
    private static final List<String> READ_ONLY_ROOT = List.of("--ro-bind", "/srv/root", "/");
    private static final List<String> BARE_DEVICES = List.of(
            "--perms",
            "0755",
            "--tmpfs",
            "/dev",
            "--dev-bind",
            "/dev/urandom",
            "/dev/urandom",
            "--dev-bind",
            "/dev/random",
            "/dev/random",
            "--dev-bind",
            "/dev/zero",
            "/dev/zero",
            "--dev-bind",
            "/dev/null",
            "/dev/null",
            "--dev-bind",
            "/dev/full",
            "/dev/full",
            "--symlink",
            "/proc/self/fd",
            "/dev/fd",
            "--symlink",
            "/proc/self/fd/0",
            "/dev/stdin",
            "--symlink",
            "/proc/self/fd/1",
            "/dev/stdout",
            "--symlink",
            "/proc/self/fd/2",
            "/dev/stderr");

    @Test
    void commandLine_readOnlyRoot_bindsItReadOnlyAtOnce() {
        assertThat(options(plan())).containsExactlyElementsOf(joined(NAMESPACES, PRIVILEGES, READ_ONLY_ROOT));
    }

    @Test
    void commandLine_writableRoot_bindsItWritable() {
        SandboxPlan plan = new SandboxPlan(Path.of("/srv/root"), true, List.of(), false, 0, 0, "sandbox");

        assertThat(options(plan))
                .containsExactlyElementsOf(joined(NAMESPACES, PRIVILEGES, List.of("--bind", "/srv/root", "/")));
    }

    @Test
    void commandLine_network_isNotUnshared() {
        SandboxPlan plan = new SandboxPlan(Path.of("/srv/root"), false, List.of(), true, 0, 0, "sandbox");

        assertThat(options(plan))
                .containsExactlyElementsOf(joined(
                        List.of(
                                "--unshare-user",
                                "--unshare-pid",
                                "--unshare-ipc",
                                "--unshare-uts",
                                "--unshare-cgroup-try",
                                "--hostname",
                                "sandbox",
                                "--disable-userns"),
                        PRIVILEGES,
                        READ_ONLY_ROOT));
    }

    @Test
    void commandLine_ownIdentity_isPassedOn() {
        SandboxPlan plan =
                new SandboxPlan(Path.of("/srv/root"), false, List.of(), false, 1000, 2000, "builder.example");

        assertThat(options(plan))
                .containsExactly(
                        "--unshare-user",
                        "--unshare-pid",
                        "--unshare-ipc",
                        "--unshare-uts",
                        "--unshare-cgroup-try",
                        "--unshare-net",
                        "--hostname",
                        "builder.example",
                        "--disable-userns",
                        "--uid",
                        "1000",
                        "--gid",
                        "2000",
                        "--new-session",
                        "--as-pid-1",
                        "--cap-drop",
                        "ALL",
                        "--ro-bind",
                        "/srv/root",
                        "/");
    }

    /** Whoever is to map uid 0 once more needs that capability, and no other. */
    @Test
    void commandLine_nestedNamespacesOfUidZero_keepOneCapability() {
        SandboxPlan other = new SandboxPlan(Path.of("/srv/root"), true, List.of(), false, 1000, 1000, "sandbox");

        assertThat(String.join(" ", nested(plan(), BARE))).contains("--cap-drop ALL --cap-add CAP_SETFCAP --");
        assertThat(nested(other, BARE)).doesNotContain("--cap-add");
        assertThat(options(plan())).doesNotContain("--cap-add");
    }

    /** Only where a /proc is mounted that nothing covers may a nested sandbox mount its own; nobody can reach this one. */
    @Test
    void commandLine_nestedNamespaces_hideABareProcBelowTheDevices() {
        HostFacts ofRoot = new HostFacts(List.of(), List.of(), List.of(), true);

        assertThat(String.join(" ", nested(plan(new Mount.Devices("/dev", false)), BARE)))
                .contains("--perms 0755 --tmpfs /dev --proc /dev/proc --perms 0755 --tmpfs /dev --dev-bind");
        assertThat(String.join(" ", nested(plan(new Mount.Devices("/dev", false)), ofRoot)))
                .contains("--perms 0755 --tmpfs /dev --bind /proc /dev/proc --perms 0755 --tmpfs /dev --dev-bind");
        assertThat(options(plan(new Mount.Devices("/dev", false)))).doesNotContain("/dev/proc");
    }

    private static List<String> nested(SandboxPlan plan, HostFacts host) {
        return BwrapCommandLine.of(plan, installation(RECENT, host), true, false)
                .options();
    }

    @Test
    void commandLine_nestedNamespaces_areNotDisabled() {
        List<String> options = BwrapCommandLine.of(plan(), installation(RECENT, BARE), true, false)
                .options();

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES.subList(0, NAMESPACES.size() - 1),
                        PRIVILEGES,
                        List.of("--cap-add", "CAP_SETFCAP"),
                        READ_ONLY_ROOT));
    }

    @Test
    void commandLine_withoutDisableUserns_leavesItOut() {
        List<String> options = BwrapCommandLine.of(plan(), installation(OLD, BARE), false, false)
                .options();

        assertThat(options)
                .containsExactlyElementsOf(
                        joined(NAMESPACES.subList(0, NAMESPACES.size() - 1), PRIVILEGES, READ_ONLY_ROOT));
    }

    @Test
    void commandLine_filtered_readsTheFilterFromItsDescriptor() {
        List<String> options = BwrapCommandLine.of(plan(), installation(RECENT, BARE), false, true)
                .options();

        assertThat(options)
                .containsExactlyElementsOf(joined(NAMESPACES, PRIVILEGES, List.of("--seccomp", "3"), READ_ONLY_ROOT));
    }

    @Test
    void commandLine_binds_areReadOnlyWritableOrDevices() {
        List<String> options = options(plan(
                new Mount.Bind(Path.of("/srv/tools"), "/tools", false, false),
                new Mount.Bind(Path.of("/srv/out"), "/out", true, false),
                new Mount.Bind(Path.of("/dev/fuse"), "/dev/fuse", false, true),
                new Mount.Bind(Path.of("/dev/kvm"), "/dev/kvm", true, true)));

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        List.of(
                                "--ro-bind",
                                "/srv/tools",
                                "/tools",
                                "--bind",
                                "/srv/out",
                                "/out",
                                "--dev-bind",
                                "/dev/fuse",
                                "/dev/fuse",
                                "--dev-bind",
                                "/dev/kvm",
                                "/dev/kvm")));
    }

    @Test
    void commandLine_mark_isBoundWritableOverTheReadOnlyRoot() {
        List<String> options = options(plan(new Mount.Bind(Path.of("/srv/root/build"), "/build", true, false)));

        assertThat(options)
                .containsExactlyElementsOf(
                        joined(NAMESPACES, PRIVILEGES, READ_ONLY_ROOT, List.of("--bind", "/srv/root/build", "/build")));
    }

    @Test
    void commandLine_memoryAndDirectories_followTheOrderOfThePlan() {
        List<String> options = options(plan(
                new Mount.Memory("/tmp", 01777), new Mount.Directory("/tmp/work"), new Mount.Memory("/run", 0700)));

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        List.of(
                                "--perms",
                                "1777",
                                "--tmpfs",
                                "/tmp",
                                "--dir",
                                "/tmp/work",
                                "--perms",
                                "0700",
                                "--tmpfs",
                                "/run")));
    }

    @Test
    void memory_withASize_hasItWhereBubblewrapCan() {
        SandboxPlan plan = plan(
                new Mount.Memory("/tmp", 01777, OptionalLong.of(4096)),
                new Mount.Devices("/dev", true, OptionalLong.of(8192), Mount.Terminals.NONE));

        assertThat(String.join(" ", options(plan)))
                .contains("--perms 1777 --size 4096 --tmpfs /tmp", "--perms 1777 --size 8192 --tmpfs /dev/shm");
        assertThat(BwrapCommandLine.of(
                                plan,
                                installation(OLD, new HostFacts(List.of(), List.of(), List.of(), false)),
                                false,
                                false)
                        .options())
                .doesNotContain("--size");
    }

    @Test
    void commandLine_devices_areMadeReadOnlyLast() {
        List<String> options = options(
                plan(new Mount.Devices("/dev", false), new Mount.Bind(Path.of("/dev/kvm"), "/dev/kvm", true, true)));

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        BARE_DEVICES,
                        List.of("--dev-bind", "/dev/kvm", "/dev/kvm", "--remount-ro", "/dev")));
    }

    @Test
    void commandLine_boundTerminals_areLedToByOwnDevices() {
        List<String> options = options(plan(
                new Mount.Devices("/dev", false, OptionalLong.empty(), Mount.Terminals.BOUND),
                new Mount.Bind(Path.of("/scratch/terminals"), "/dev/pts", true, true)));

        assertThat(String.join(" ", options))
                .endsWith(
                        "--symlink /proc/self/fd/2 /dev/stderr --dev-bind /scratch/terminals /dev/pts --remount-ro /dev")
                .contains("--symlink pts/ptmx /dev/ptmx", "--dev-bind /dev/tty /dev/tty");
    }

    /** Only bubblewrap's own devices bring a devpts. */
    @Test
    void commandLine_terminals_takeTheDevicesOfBubblewrap() {
        assertThat(options(plan(new Mount.Devices("/dev", false, OptionalLong.empty(), Mount.Terminals.OF_BACKEND))))
                .containsExactlyElementsOf(joined(
                        NAMESPACES, PRIVILEGES, READ_ONLY_ROOT, List.of("--dev", "/dev", "--remount-ro", "/dev")));
        assertThat(options(plan(new Mount.Devices("/dev", true, OptionalLong.empty(), Mount.Terminals.OF_BACKEND))))
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        List.of("--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev")));
    }

    @Test
    void commandLine_sharedMemory_isAFileSystemOfItsOwn() {
        List<String> options = options(plan(new Mount.Devices("/dev", true)));

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        BARE_DEVICES,
                        List.of("--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev")));
    }

    @Test
    void commandLine_processes_areCoveredAndReadOnly() {
        List<String> options = BwrapCommandLine.of(
                        plan(new Mount.Processes("/proc"), new Mount.Memory("/tmp", 01777)),
                        installation(RECENT, USUAL),
                        false,
                        false)
                .options();

        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        List.of(
                                "--proc",
                                "/proc",
                                "--ro-bind",
                                "/dev/null",
                                "/proc/kcore",
                                "--ro-bind",
                                "/dev/null",
                                "/proc/keys",
                                "--perms",
                                "0755",
                                "--tmpfs",
                                "/proc/acpi",
                                "--perms",
                                "0755",
                                "--tmpfs",
                                "/proc/scsi",
                                "--ro-bind",
                                "/proc/bus",
                                "/proc/bus",
                                "--ro-bind",
                                "/proc/sys",
                                "/proc/sys",
                                "--perms",
                                "1777",
                                "--tmpfs",
                                "/tmp",
                                "--remount-ro",
                                "/proc/acpi",
                                "--remount-ro",
                                "/proc/scsi")));
    }

    /** A link in the root may lead /proc and /dev elsewhere; the host's own stay the sources. */
    @Test
    void commandLine_ownFileSystemsElsewhere_takeTheHostsSources() {
        List<String> options = BwrapCommandLine.of(
                        plan(new Mount.Processes("/other/proc"), new Mount.Devices("/other/dev", false)),
                        installation(RECENT, new HostFacts(List.of("keys"), List.of(), List.of("sys"), false)),
                        false,
                        false)
                .options();

        List<String> devices = BARE_DEVICES.stream()
                .map(String::toString)
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        devices.set(3, "/other/dev");
        for (int target = 6; target < devices.size(); target += 3) {
            devices.set(target, "/other" + devices.get(target));
        }
        assertThat(options)
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        List.of(
                                "--proc",
                                "/other/proc",
                                "--ro-bind",
                                "/dev/null",
                                "/other/proc/keys",
                                "--ro-bind",
                                "/proc/sys",
                                "/other/proc/sys"),
                        devices,
                        List.of("--remount-ro", "/other/dev")));
    }

    @Test
    void commandLine_withoutPerms_leavesOtherModesToTheInitProgram() {
        BwrapCommandLine.Options options = BwrapCommandLine.of(
                plan(
                        new Mount.Devices("/dev", true),
                        new Mount.Memory("/tmp", 01777),
                        new Mount.Memory("/run", 0755),
                        new Mount.Memory("/root", 0700)),
                installation(OLD, BARE),
                false,
                false);

        assertThat(options.options())
                .containsExactlyElementsOf(joined(
                        NAMESPACES.subList(0, NAMESPACES.size() - 1),
                        PRIVILEGES,
                        READ_ONLY_ROOT,
                        BARE_DEVICES.subList(2, BARE_DEVICES.size()),
                        List.of(
                                "--tmpfs",
                                "/dev/shm",
                                "--tmpfs",
                                "/tmp",
                                "--tmpfs",
                                "/run",
                                "--tmpfs",
                                "/root",
                                "--remount-ro",
                                "/dev")));
        assertThat(options.modes()).isEqualTo(Map.of("/dev/shm", 01777, "/tmp", 01777, "/root", 0700));
    }

    @Test
    void commandLine_withPerms_leavesNoModes() {
        BwrapCommandLine.Options options = BwrapCommandLine.of(
                plan(new Mount.Devices("/dev", true), new Mount.Memory("/tmp", 01777)),
                installation(RECENT, BARE),
                false,
                false);

        assertThat(options.modes()).isEmpty();
    }

    @Test
    void commandLine_oddPaths_stayOneArgumentEach() {
        String odd = "/srv/a b\t\"c\" 'd'\n--ro-bind\n$(e) \\f gr\u00fc\u00dfe \u65e5\u672c";
        SandboxPlan plan = new SandboxPlan(
                Path.of(odd),
                false,
                List.of(new Mount.Bind(Path.of(odd + "/in"), odd + "/at", true, false), new Mount.Directory("/-- ")),
                false,
                0,
                0,
                "sandbox");

        assertThat(options(plan))
                .containsExactlyElementsOf(joined(
                        NAMESPACES,
                        PRIVILEGES,
                        List.of("--ro-bind", odd, "/", "--bind", odd + "/in", odd + "/at", "--dir", "/-- ")));
    }

    private static List<String> options(SandboxPlan plan) {
        return BwrapCommandLine.of(plan, installation(RECENT, BARE), false, false)
                .options();
    }

    private static SandboxPlan plan(Mount... mounts) {
        return new SandboxPlan(Path.of("/srv/root"), false, List.of(mounts), false, 0, 0, "sandbox");
    }

    private static BwrapInstallation installation(BwrapFeatures features, HostFacts host) {
        return new BwrapInstallation(PROGRAM, features, host);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
