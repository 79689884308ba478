package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** Rule 31, its second half: outside of marked directories a read-only root cannot be changed, by any route. */
interface ReadOnlyRules extends Rules {
    /** Each line is tried by a shell of its own, and must fail. */
    List<String> WRITES = List.of(
            "echo x > /etc/file",
            "echo x >> /etc/file",
            "echo x > /new",
            "> /etc/new",
            "touch /etc/file",
            "touch -d 2001-01-01 /etc",
            "truncate -s 0 /etc/file",
            "dd if=/dev/zero of=/etc/file bs=1 count=1 conv=notrunc",
            "sed -i s/c/d/ /etc/file",
            "cp /bin/busybox /etc/file",
            "rm -f /etc/file",
            "mv /etc/file /etc/moved",
            "mv /etc /moved",
            "mv /etc/file /build/stolen",
            "ln /etc/file /etc/hard",
            "ln /etc/file /build/hard",
            "ln -s file /etc/soft",
            "ln -s /etc/file /build/soft && echo x > /build/soft",
            "chmod 777 /etc/file",
            "chmod 777 /etc",
            "chmod 777 /",
            "chown 1:1 /etc/file",
            "mkdir /etc/dir",
            "mkdir /dir",
            "rmdir /empty",
            "mkfifo /etc/fifo",
            "mknod /etc/null c 1 3",
            "mv /build /moved",
            "rmdir /build",
            "echo x > /proc/self/root/etc/file",
            "echo x > /proc/1/root/etc/file",
            "echo x > /proc/self/cwd/etc/file",
            "exec 3< /etc/file; echo x > /proc/self/fd/3",
            "cd /build && echo x > ../etc/file");

    /** Each line tries to make the root writable and then to write. Whether it fails does not matter, only what it changes. */
    List<String> ESCAPES = List.of(
            "mount -o remount,rw /; echo x > /etc/file",
            "mount -o remount,bind,rw /; echo x > /etc/file",
            "mount -o remount,bind,rw / /; echo x > /etc/file",
            "mount -o remount,rw,bind /build /; echo x > /new",
            "mkdir /tmp/again; mount -o bind / /tmp/again; mount -o remount,bind,rw /tmp/again; echo x > /tmp/again/etc/file",
            "mkdir /tmp/again; mount --rbind / /tmp/again; echo x > /tmp/again/etc/file",
            "umount -l /; umount -l /build; umount /tmp; umount -l /dev; echo x > /etc/file; mkdir /tmp/kept /dev/kept",
            "unshare -m sh -c 'mount -o remount,bind,rw /; echo x > /etc/file'",
            "unshare -U -r -m sh -c 'mount -o remount,bind,rw /; echo x > /etc/file'",
            "unshare -U -r -m sh -c 'mount -o remount,rw /; mount --rbind / /tmp; echo x > /tmp/etc/file'",
            "nsenter -t 1 -m sh -c 'mount -o remount,rw /; echo x > /etc/file'",
            "nsenter --mount=/proc/1/ns/mnt sh -c 'echo x > /etc/file'",
            "chroot /proc/1/root /bin/sh -c 'mount -o remount,rw /; echo x > /etc/file'",
            "chroot /proc/1/cwd /bin/sh -c 'echo x > /etc/file'",
            "for fd in /proc/1/fd/*; do echo x > $fd/etc/file; echo x > $fd/new; done",
            "for fd in /proc/[0-9]*/cwd /proc/[0-9]*/root; do echo x > $fd/etc/file; > $fd/../new; done");

    /**
     * Rule 31. Under a read-only root nothing outside of marked directories MUST be writable. If it fails: is the root
     * bound writable and covered later? is a marked directory bound such that a link or rename can leave it?
     */
    @Test
    default void rule31_writes_fail() throws InterruptedException {
        for (int uid : new int[] {0, 1234}) {
            StagedRoot other = stageTarget();
            Sandbox sandbox = open(other, uid);
            TreeSnapshot root = TreeSnapshot.of(other.root()).ignoring("/build").ignoringTimesOf("/");
            SandboxCommand command = readOnly(each(WRITES, "echo \"succeeded: $line\""));
            assertRunning(sandbox, command).succeeded().wrote("");
            assertThat(root.changes()).as("as user %d", uid).isEmpty();
        }
    }

    /**
     * Rule 31. No mount, namespace or {@code /proc} trick MUST make it writable, whoever the caller is. If it fails:
     * does the command keep capabilities? is the root bound writable and then remounted, which a root caller undoes?
     * are user namespaces allowed?
     */
    @Test
    default void rule31_escapes_changeNothing() throws InterruptedException {
        for (int uid : new int[] {0, 1234}) {
            StagedRoot other = stageTarget();
            Sandbox sandbox = open(other, uid);
            TreeSnapshot root = TreeSnapshot.of(other.root()).ignoring("/build").ignoringTimesOf("/");
            for (String escape : ESCAPES) {
                sandbox.execute(readOnly(sh(escape)));
                assertThat(root.changes()).as("as user %d: %s", uid, escape).isEmpty();
            }
        }
    }

    /**
     * Rule 31. Without the flag the root MUST be writable, or the checks above prove nothing. If it fails: is the root
     * always read-only?
     */
    @Test
    default void rule31_withoutTheFlag_theRootIsWritable() throws InterruptedException {
        staged().file("/etc/file", "content").directory("/empty");
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("echo x > /etc/file && mv /etc/file /moved && rmdir /empty && chmod 700 /moved"))
                .succeeded();
        assertThat(staged().root("/moved")).hasContent("x\n");
    }

    private StagedRoot stageTarget() {
        return staged().another()
                .file("/etc/file", "content")
                .directory("/empty")
                .directory("/build");
    }

    private static Sandbox open(StagedRoot target, int uid) {
        Sandbox sandbox = target.open(builder -> builder.buildUid(uid).buildGid(uid));
        sandbox.markDirectory("/build");
        return sandbox;
    }

    /** Runs each line in a shell of its own, and something after each that succeeded. */
    private static SandboxCommand each(List<String> lines, String afterSuccess) {
        return sh(
                "for line; do if sh -c \"$line\" >/dev/null 2>&1; then " + afterSuccess + "; fi; done; exit 0",
                lines.toArray(String[]::new));
    }

    private static SandboxCommand readOnly(SandboxCommand command) {
        return command.toBuilder().flags(SandboxFlags.ROOT_READ_ONLY).build();
    }
}
