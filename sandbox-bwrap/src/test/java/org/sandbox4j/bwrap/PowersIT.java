package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.testkit.SandboxAssertions;

/**
 * What uid 0 inside a sandbox tries to do with the powers that it does not have, without a filter of system calls: it is the
 * namespaces and the lack of capabilities that have to stop it.
 */
class PowersIT {
    private Staging staging;
    private Sandbox sandbox;

    @BeforeEach
    void open() throws IOException {
        staging = Staging.create();
        sandbox = staging.open(
                builder -> builder.seccomp(SeccompProfile.NONE).buildUid(0).buildGid(0));
        sandbox.markDirectory("/out");
    }

    @AfterEach
    void close() throws IOException {
        staging.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs tmpfs /tmp",
                "mount -t proc proc /tmp",
                "mount --bind / /tmp",
                "mount -o remount,rw /",
                "mount -o remount,bind,rw /",
                "mount -o remount,rw /dev",
                "mount -o remount,bind,rw /proc/sys",
                "umount -l /proc/sys",
                "umount -l /dev/null",
                "umount -l /tmp",
                "chroot / true",
                "pivot_root / /tmp",
                "unshare -m true",
                "unshare -U true",
                "unshare -n true",
                "nsenter -t 1 -m true",
                "nsenter -t 1 -n true",
                "hostname other",
                "[ -z \"$(date -s 2001-01-01 2>&1 >/dev/null)\" ]",
                "mknod /tmp/node c 1 3",
                "mknod /out/node b 8 0",
                "chown 1:1 /out",
                "chmod 4755 /bin/busybox",
                "ip link set lo down",
                "ip link add dummy0 type dummy",
                "route add -net 10.0.0.0/8 dev lo",
                "swapoff -a && swapon /out/file",
                "losetup /dev/loop0 /bin/busybox",
                "dmesg -c",
                "echo 1 > /proc/sys/kernel/printk",
                "echo /out/core > /proc/sys/kernel/core_pattern",
                "echo 1 > /proc/sys/net/ipv4/ip_forward",
                "echo h > /proc/sysrq-trigger",
                "echo -1000 > /proc/self/oom_score_adj",
                "echo x > /dev/kmsg",
                "cat /proc/1/environ | grep .",
                "ls /proc/1/root/",
                "ls /proc/1/cwd/",
                "cat /proc/1/fd/5",
                "readlink /proc/1/fd/4",
                "cat /proc/1/mem",
                "cat /proc/kcore",
                "ls /sys/firmware",
                "ls /sys/fs/cgroup",
                "> /dev/new",
                "> /etc-of-the-root"
            })
    void attempt_ofRootInside_fails(String attempt) throws Exception {
        SandboxCommand command = SandboxCommand.builder("/bin/sh", "-c", attempt)
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();

        SandboxResult result = sandbox.execute(command);

        assertThat(result.exitCode()).as("%s: %s", attempt, result).isNotZero();
        SandboxAssertions.assertThat(result).wrote("");
    }

    /** The attempts prove nothing where their programs are missing or cannot work at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount",
                "umount",
                "chroot",
                "pivot_root",
                "unshare",
                "nsenter",
                "mknod",
                "ip",
                "route",
                "swapoff",
                "swapon",
                "losetup",
                "dmesg"
            })
    void program_ofAnAttempt_isThere(String program) throws Exception {
        SandboxResult result = sandbox.execute(SandboxCommand.of("/bin/" + program, "--help"));

        assertThat(result.stderr().text()).contains("Usage: " + program);
    }

    @Test
    void attempt_onWhatIsAllowed_succeeds() throws Exception {
        String allowed = "> /out/file && chmod 600 /out/file && ln -s file /out/link && mkfifo /out/fifo"
                + " && hostname && date && ip link show lo && echo 500 > /proc/self/oom_score_adj && kill -0 $$"
                + " && cat /proc/self/environ && ls /proc/self/fd && ls /proc/self/root/";

        SandboxAssertions.assertThat(sandbox.execute(SandboxCommand.builder("/bin/sh", "-c", allowed)
                        .flags(SandboxFlags.ROOT_READ_ONLY)
                        .build()))
                .succeeded();
    }

    @Test
    void kill_reachesNoProcessOfTheHost() throws Exception {
        Process victim = new ProcessBuilder("sleep", "1000").start();
        try {
            String attempt = "for i in 1 2 3; do kill -9 -1; kill -9 %d; done; true".formatted(victim.pid());

            sandbox.execute(SandboxCommand.of("/bin/sh", "-c", attempt));

            assertThat(victim.isAlive()).isTrue();
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    @Test
    void files_ofTheHostsRoot_areNotReadThroughABind() throws Exception {
        Path secret = Files.writeString(staging.beside("secret"), "secret");
        Files.setAttribute(secret, "unix:mode", 0600);
        String reach =
                "for up in /proc/1/root /proc/self/root ../../../../.. /proc/self/cwd/../../..; do cat $up%s; done"
                        .formatted(secret);

        SandboxResult result = sandbox.execute(SandboxCommand.of("/bin/sh", "-c", reach));

        assertThat(result.exitCode()).isNotZero();
        SandboxAssertions.assertThat(result).wrote("");
    }
}
