package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;

/** Rules 44 and 45: {@code /dev} and {@code /proc}. */
interface DeviceRules extends Rules {
    /** What is in {@code /dev} without flags. */
    List<String> NAMES = List.of("fd", "full", "null", "random", "stderr", "stdin", "stdout", "urandom", "zero");

    /** What terminals add to that. */
    List<String> TERMINAL_NAMES = List.of("tty", "pts", "ptmx");

    /**
     * Rule 44. {@code /dev} MUST hold exactly the devices and links of the contract, with CREATE_DEV_SHM {@code shm}, and
     * with INTERACTIVE the devices of terminals, also where there is no terminal. If it fails: is a ready-made
     * {@code /dev} used, which has more? are the staged root's own devices seen?
     */
    @Test
    default void rule44_dev_holdsExactlyWhatTheContractSays() throws InterruptedException {
        staged().file("/dev/staged", "").file("/dev/sda", "");
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.DEVICES);
        int everyFlag = SandboxFlags.bits(EnumSet.allOf(SandboxFlags.class));
        for (int bits = 0; bits <= everyFlag; bits++) {
            Set<SandboxFlags> flags = SandboxFlags.of(bits);
            assertThat(listing(sandbox, flags))
                    .as("/dev with the flags %s", flags)
                    .containsExactlyInAnyOrderElementsOf(expected(flags));
        }
    }

    private static List<String> expected(Set<SandboxFlags> flags) {
        List<String> names = new ArrayList<>(NAMES);
        if (flags.contains(SandboxFlags.CREATE_DEV_SHM)) {
            names.add("shm");
        }
        if (flags.contains(SandboxFlags.INTERACTIVE)) {
            names.addAll(TERMINAL_NAMES);
        }
        return names;
    }

    /**
     * Rule 44. With INTERACTIVE a command MUST be able to make terminals of its own, openpty(3), also where it has none,
     * and whoever it runs as. If it fails: is there a devpts of the sandbox's own? may everybody open its {@code ptmx}?
     */
    @Test
    default void rule44_interactive_canMakeTerminals() throws InterruptedException {
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid).buildGid(uid));
            staged().assume(sandbox, Isolation.DEVICES);
            assertRunning(sandbox, interactive(sh("exec 3<>/dev/ptmx && cd /dev/pts && echo *")))
                    .succeeded()
                    .wrote("0 ptmx\n");
            assertRunning(sandbox, interactive(sh("touch /dev/x /dev/pts/x 2>/dev/null || (: < /dev/tty) 2>/dev/null")))
                    .failed();
            sandbox.close();
        }
    }

    /**
     * Rule 44. The devices MUST be the real ones, and usable by any user. If it fails: are they on a file system
     * mounted {@code nodev}? what are their modes?
     */
    @Test
    default void rule44_devices_work() throws InterruptedException {
        String script =
                "for d in " + String.join(" ", Sandbox.DEVICES) + " /dev/full; do [ -c $d ] || echo no $d; done;"
                        + "head -c 5 /dev/zero | od -An -tx1; head -c 7 /dev/urandom | wc -c; head -c 3 /dev/random | wc -c;"
                        + "echo x > /dev/null; cat /dev/null; echo x > /dev/zero;"
                        + "(echo x > /dev/full) 2>/dev/null || echo full; (echo x > /dev/urandom) || echo urandom";
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid).buildGid(uid));
            assertRunning(sandbox, sh(script)).succeeded().wrote(" 00 00 00 00 00\n7\n3\nfull\n");
            assertRunning(sandbox, with(sh(script), SandboxFlags.ROOT_READ_ONLY))
                    .succeeded();
            sandbox.close();
        }
    }

    /**
     * Rule 44. {@code /dev/stdin}, {@code stdout}, {@code stderr} and {@code fd} MUST lead to the command's own
     * descriptors. If it fails: are they links into {@code /proc/self/fd}? can the user of the run open its pipes
     * again? Opening a named one waits for the other side.
     */
    @Test
    default void rule44_standardStreamDevices_leadToTheStreams() throws InterruptedException {
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid).buildGid(uid));
            SandboxCommand command =
                    sh("cat /dev/stdin > /dev/stdout; echo err > /dev/stderr; echo fd > /dev/fd/1").toBuilder()
                            .stdin(Stdio.bytes("in\n".getBytes(StandardCharsets.US_ASCII)))
                            .timeout(Duration.ofSeconds(20))
                            .build();
            assertRunning(sandbox, command).succeeded().wrote("in\nfd\n").wroteToStderr("err\n");
            sandbox.close();
        }
    }

    /**
     * Rule 44. {@code /dev/shm} MUST be an empty directory of mode 1777 that leaves nothing behind. If it fails: is it
     * the host's, or the root's?
     */
    @Test
    default void rule44_devShm_isFreshInEveryRun() throws InterruptedException {
        staged().file("/dev/shm/staged", "kept");
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root()).ignoringTimesOf("/");
        SandboxCommand command = with(
                sh("stat -c %a /dev/shm; ls -A /dev/shm; > /dev/shm/file; ls /dev/shm"), SandboxFlags.CREATE_DEV_SHM);
        assertRunning(sandbox, command).succeeded().wrote("1777\nfile\n");
        assertRunning(sandbox, command).succeeded().wrote("1777\nfile\n");
        assertThat(root.changes()).isEmpty();
    }

    /**
     * Rule 44. No device of the host MUST be reachable by making a node for it. If it fails: is {@code mknod} refused,
     * or the file system mounted {@code nodev}?
     */
    @Test
    default void rule44_newDeviceNodes_cannotBeOpened() throws InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.DEVICES);
        String script =
                "for d in /tmp /dev /; do mknod $d/node c 1 5 2>/dev/null && head -c 1 $d/node | wc -c; done; exit 0";
        assertRunning(sandbox, sh(script)).succeeded().wrote("");
    }

    /**
     * Rule 45. {@code /proc} MUST show the sandbox's processes and no other. If it fails: is it mounted in the pid
     * namespace of the run? is the host's bound?
     */
    @Test
    default void rule45_proc_showsTheSandboxsProcessesOnly() throws Exception {
        Marker host = Marker.fresh();
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.PROCESSES);
        Process process = new ProcessBuilder(Busybox.program().toString(), "sleep", host.toString()).start();
        try {
            host.awaitRunning();
            String listing = assertRunning(sandbox, sh("cat /proc/[0-9]*/cmdline; ls -d /proc/[0-9]* | wc -l"))
                    .succeeded()
                    .actual()
                    .stdout()
                    .text();
            assertThat(listing).contains("cat").doesNotContain(host.toString());
            int processes = Integer.parseInt(
                    listing.substring(listing.lastIndexOf('\0') + 1).strip());
            assertThat(processes).as("processes that are seen").isBetween(2, 6);
            assertRunning(sandbox, sh("kill -0 " + process.pid() + " 2>/dev/null"))
                    .failed();
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Rule 45. {@code /proc/self} MUST be the command's own. If it fails: as above.
     */
    @Test
    default void rule45_procSelf_isTheCommandsOwn() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, SandboxCommand.of("/bin/cat", "/proc/self/cmdline"))
                .succeeded()
                .wrote("/bin/cat\0/proc/self/cmdline\0");
        assertRunning(sandbox, sh("[ -d /proc/$$/task ] && [ /proc/$$/exe -ef /bin/busybox ]"))
                .succeeded();
    }

    private static List<String> listing(Sandbox sandbox, Set<SandboxFlags> flags) throws InterruptedException {
        SandboxCommand command =
                sh("ls -A /dev").toBuilder().flags(flags).stdin(Stdio.discard()).build();
        return assertRunning(sandbox, command)
                .succeeded()
                .actual()
                .stdout()
                .text()
                .lines()
                .toList();
    }

    private static SandboxCommand interactive(SandboxCommand command) {
        return command.toBuilder()
                .flags(SandboxFlags.INTERACTIVE)
                .stdin(Stdio.discard())
                .build();
    }

    private static SandboxCommand with(SandboxCommand command, SandboxFlags... flags) {
        return command.toBuilder().flags(flags).build();
    }
}
