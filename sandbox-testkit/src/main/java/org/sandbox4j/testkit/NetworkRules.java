package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** Rule 40: the network, and what else of the host could be shared with it. */
interface NetworkRules extends Rules {
    /** Connects to a port of 127.0.0.1 and writes what comes from there. */
    String CONNECT = "nc -w 10 127.0.0.1 $1 </dev/null";

    /**
     * Rule 40. Without NETWORK_ENABLED a listener on the host's loopback MUST NOT be reached, and nothing but a
     * loopback be there. If it fails: has the run a network namespace of its own?
     */
    @Test
    default void rule40_notEnabled_theHostIsNotReached() throws Exception {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.NETWORK);
        try (HostListener listener = new HostListener()) {
            assertRunning(sandbox, sh(CONNECT, listener.port())).failed().wrote("");
            SandboxCommand everybody = sh(
                    "for address in 0.0.0.0 localhost ::1; do nc -w 2 $address $1 </dev/null; done; exit 0",
                    listener.port());
            assertRunning(sandbox, everybody).succeeded().wrote("");
        }
        assertRunning(sandbox, sh("sed -n 's/^ *\\([^ :]*\\):.*/\\1/p' /proc/net/dev"))
                .succeeded()
                .wrote("lo\n");
    }

    /**
     * Rule 40. The private loopback MUST work. If it fails: is the interface up?
     */
    @Test
    default void rule40_notEnabled_thePrivateLoopbackWorks() throws InterruptedException {
        Sandbox sandbox = staged().open();
        String script = "nc -l -p 7777 -e /bin/cat & i=0; until [ -s /tmp/answer ] || [ $i = 500 ]; do "
                + "echo echoed | nc -w 5 127.0.0.1 7777 > /tmp/answer 2>/dev/null || usleep 10000; i=$((i+1)); done; "
                + "cat /tmp/answer";
        assertRunning(sandbox, sh(script)).succeeded().wrote("echoed\n");
    }

    /**
     * Rule 40. With NETWORK_ENABLED a listener of the host MUST be reached. If it fails: is the flag passed on?
     */
    @Test
    default void rule40_enabled_theHostIsReached() throws Exception {
        staged().assume(Capability.HOST_NETWORK);
        Sandbox sandbox = staged().open();
        try (HostListener listener = new HostListener()) {
            assertRunning(sandbox, networked(sh(CONNECT, listener.port())))
                    .succeeded()
                    .wrote(HostListener.GREETING);
            assertRunning(sandbox, sh(CONNECT, listener.port())).failed().wrote("");
        }
    }

    /**
     * Rule 40. Sockets of the host, of which abstract ones need no file, MUST NOT be seen without the flag. If it
     * fails: as for the loopback; abstract names belong to the network namespace.
     */
    @Test
    default void rule40_notEnabled_unixSocketsOfTheHostAreNotSeen() throws Exception {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.NETWORK);
        // The path of a socket has at most 107 bytes, more than which the directory for temporary files may have.
        Path socket = Path.of("/tmp/sandbox4j-" + Marker.fresh());
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            String table = Files.readString(Path.of("/proc/net/unix"));
            assertThat(table).contains(socket.toString());
            assertRunning(sandbox, sh("cat /proc/net/unix"))
                    .succeeded()
                    .stdout()
                    .doesNotContain(socket.toString())
                    .satisfies(seen -> assertThat(inodesOfSockets(seen))
                            .as("the host's sockets, by their inodes, in %s", seen)
                            .doesNotContainAnyElementsOf(inodesOfSockets(table)));
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    private static List<String> inodesOfSockets(String table) {
        return table.lines().skip(1).map(line -> line.split(" +", -1)[6]).toList();
    }

    /**
     * Rule 40. System V IPC MUST be the sandbox's own, with and without network. If it fails: is there an IPC namespace
     * for each run?
     */
    @Test
    default void rule40_interProcessCommunication_isTheSandboxsOwn() throws IOException, InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.IPC);
        assertThat(namespaceOf(sandbox, "ipc")).doesNotContain(ownNamespace("ipc"));
        for (SandboxCommand command :
                bothWays(sh("cat /proc/sysvipc/shm /proc/sysvipc/msg /proc/sysvipc/sem | wc -l"))) {
            assertRunning(sandbox, command).succeeded().wrote("3\n");
        }
    }

    /**
     * Rule 40. The host name MUST be the sandbox's own, {@code sandbox} by default, with and without network. If it
     * fails: is there a UTS namespace for each run?
     */
    @Test
    default void rule40_hostname_isTheSandboxsOwn() throws IOException, InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.HOSTNAME);
        Path kernelName = Path.of("/proc/sys/kernel/hostname");
        String before = Files.readString(kernelName);
        for (SandboxCommand command :
                bothWays(sh("hostname; cat /proc/sys/kernel/hostname; hostname changed 2>/dev/null"))) {
            assertThat(sandbox.execute(command).stdout().text()).isEqualTo("sandbox\nsandbox\n");
        }
        assertThat(Files.readString(kernelName)).isEqualTo(before);
        sandbox.close();
        Sandbox named = staged().open(builder -> builder.hostname("build-7.example"));
        assertRunning(named, sh("hostname")).succeeded().wrote("build-7.example\n");
    }

    /**
     * Rule 40. With the network nothing else of the host's MUST come: no processes, no files, and no IPC. If it fails:
     * does the flag replace "unshare everything" instead of leaving one namespace out?
     */
    @Test
    default void rule40_enabled_nothingElseIsShared() throws IOException, InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.PROCESSES);
        for (String kind : List.of("pid", "mnt", "user")) {
            assertThat(namespaceOf(sandbox, kind))
                    .as("namespaces of kind %s", kind)
                    .doesNotContain(ownNamespace(kind));
        }
        assertRunning(sandbox, networked(sh("ls -A /; ls -A /tmp"))).succeeded().wrote("bin\ndev\nproc\ntmp\n");
    }

    private static List<String> namespaceOf(Sandbox sandbox, String kind) throws InterruptedException {
        SandboxCommand read = sh("readlink /proc/self/ns/" + kind);
        List<SandboxCommand> both = bothWays(read);
        return List.of(
                assertRunning(sandbox, both.get(0))
                        .succeeded()
                        .actual()
                        .stdout()
                        .text()
                        .strip(),
                assertRunning(sandbox, both.get(1))
                        .succeeded()
                        .actual()
                        .stdout()
                        .text()
                        .strip());
    }

    private static String ownNamespace(String kind) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
    }

    private static List<SandboxCommand> bothWays(SandboxCommand command) {
        return List.of(command, networked(command));
    }

    private static SandboxCommand networked(SandboxCommand command) {
        return command.toBuilder().flags(SandboxFlags.NETWORK_ENABLED).build();
    }
}
