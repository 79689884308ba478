package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** What {@code hostSystem()} puts into {@code /etc}, so that the host's programs are at home. */
class HostSystemIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1234})
    void run_whoAndWhereCommandsAre_isKnown(int uid) throws Exception {
        String script = "id -un; id -gn; getent passwd $(id -u) | cut -d: -f6; getent passwd nobody | cut -d: -f3;"
                + " getent hosts localhost | head -n 1 | cut -d' ' -f1;"
                + " getent hosts $(uname -n) | head -n 1 | cut -d' ' -f1; cat /etc/resolv.conf 2>/dev/null";
        String name = uid == 0 ? "root" : "build";
        try (Sandbox sandbox =
                open(builder -> builder.buildUid(uid).buildGid(uid).hostname("box"))) {
            for (SandboxFlags[] flags :
                    new SandboxFlags[][] {{}, {SandboxFlags.ROOT_READ_ONLY}, {SandboxFlags.CREATE_DEV_SHM}}) {
                assertRunning(sandbox, sh(script, flags)).wrote(name + "\n" + name + "\n/tmp\n65534\n::1\n::1\n");
            }
            assertThat(sandbox.getDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void run_callersIdentity_isKnown() throws Exception {
        try (Sandbox sandbox = open(builder -> builder.buildUid(7).buildGid(7))) {
            assertRunning(sandbox, sh("getent passwd $(id -u) | cut -d: -f6", SandboxFlags.INHERIT_UID))
                    .succeeded()
                    .wrote("/tmp\n");
        }
    }

    @Test
    void run_stagedAndBoundFiles_stayWhatTheyAre() throws Exception {
        Path own = Files.writeString(directory.resolve("own-hosts"), "127.0.0.1 bound\n");
        try (Sandbox sandbox = open(builder -> builder.bind(own, "/etc/hosts"))) {
            Path etc = Files.createDirectories(sandbox.getDirectory().resolve("etc"));
            Files.writeString(etc.resolve("passwd"), "staged:x:0:0::/:/bin/sh\n");
            Files.createSymbolicLink(etc.resolve("nsswitch.conf"), Path.of("passwd"));
            String first = "staged:x:0:0::/:/bin/sh\n";
            assertRunning(sandbox, sh("cat /etc/passwd /etc/nsswitch.conf /etc/hosts"))
                    .succeeded()
                    .wrote(first + first + "127.0.0.1 bound\n");
            assertThat(Files.readString(etc.resolve("passwd"))).isEqualTo(first);
        }
    }

    @Test
    void run_network_bringsTheRealResolverFile() throws Exception {
        Path host = Path.of("/etc/resolv.conf");
        String expected = Files.exists(host) ? Files.readString(host) : "";
        try (Sandbox sandbox = open(builder -> builder)) {
            assertRunning(sandbox, sh("cat /etc/resolv.conf 2>/dev/null; true", SandboxFlags.NETWORK_ENABLED))
                    .wrote(expected);
        }
    }

    /** Root's commands could read these, were they there. */
    @Test
    void run_secretsAndNamesOfTheHost_areNotThere() throws Exception {
        try (Sandbox sandbox = open(builder -> builder)) {
            assertRunning(
                            sandbox,
                            sh("for f in shadow gshadow machine-id hostname ssh krb5.keytab sudoers ssl/private"
                                    + " pip.conf npmrc gitconfig; do [ ! -e /etc/$f ] || echo $f; done; touch /etc/passwd"
                                    + " 2>/dev/null && echo written; true"))
                    .wrote("");
        }
    }

    private Sandbox open(UnaryOperator<SandboxBuilder> change) throws IOException {
        Path sandboxDirectory = Files.createTempDirectory(directory, "sandbox");
        Sandbox sandbox = change.apply(Sandbox.builder(sandboxDirectory)
                        .backend(TestedBackend.id())
                        .hostSystem())
                .open();
        sandbox.setEnvironment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
        return sandbox;
    }

    private static SandboxCommand sh(String script, SandboxFlags... flags) {
        return SandboxCommand.builder("sh", "-c", script).flags(flags).build();
    }
}
