package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.Sandbox;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.HostPrograms;

/** What the programs of util-linux and coreutils make of a root, started by the C program. */
final class PlainChroot {
    private static final String MINIMAL = """
            mount --bind "$1" "$1"
            mount -t proc proc "$1/proc"
            exec chroot "$1" /bin/true
            """;

    private final Path root;

    PlainChroot(Path root) {
        this.root = root;
    }

    /** New namespaces, a {@code /proc}, and a command with all its powers in a root that it can write. */
    Recording minimal(Path target) throws IOException {
        return recording(target, MINIMAL);
    }

    /** The mounts that the library makes, one after the other. Groups, capabilities and system calls stay as they are. */
    Recording withAllMounts(Path target) throws IOException {
        HostFacts host = HostFacts.current();
        List<String> script = new ArrayList<>(List.of(
                "set -e",
                "hostname sandbox",
                "mount --bind \"$1\" \"$1\"",
                "mount -o remount,bind,ro,nosuid,nodev \"$1\"",
                "mount -t proc -o nosuid,nodev,noexec proc \"$1/proc\""));
        host.maskedFiles().forEach(name -> script.add("mount --bind /dev/null \"$1/proc/" + name + "\""));
        host.maskedDirectories().forEach(name -> script.add("mount -t tmpfs -o ro tmpfs \"$1/proc/" + name + "\""));
        host.readOnlyEntries().forEach(name -> {
            script.add("mount --bind \"$1/proc/" + name + "\" \"$1/proc/" + name + "\"");
            script.add("mount -o remount,bind,ro \"$1/proc/" + name + "\"");
        });
        script.add("mount -t tmpfs -o mode=755,nosuid,nodev tmpfs \"$1/dev\"");
        List<String> devices = new ArrayList<>(Sandbox.DEVICES);
        devices.add("/dev/full");
        devices.forEach(device -> {
            script.add(": > \"$1" + device + "\"");
            script.add("mount --bind " + device + " \"$1" + device + "\"");
        });
        script.add("mount -o remount,bind,ro \"$1/dev\"");
        script.add("mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs \"$1/tmp\"");
        script.add("exec chroot \"$1\" /bin/true");
        return recording(target, String.join("\n", script) + "\n");
    }

    private Recording recording(Path target, String script) throws IOException {
        return Recording.plain(
                target,
                List.of(
                        HostPrograms.find("unshare").orElseThrow().toString(),
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--ipc",
                        "--uts",
                        "--net",
                        "--cgroup",
                        "/bin/sh",
                        "-c",
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n" + script,
                        "sh",
                        root.toString()));
    }
}
