package org.sandbox4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.BackendOptions;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxSettings;

class ShellCommandLineTest {
    private final SandboxSettings settings = new SandboxSettings();

    @Test
    void line_ofTheSimplestRun_isShort() {
        assertThat(line(new Config(0, false, List.of()), SandboxCommand.of("false")))
                .isEqualTo("bin/shell /srv/box");
    }

    @Test
    void line_ofEverything_hasItQuotedAndNoEnvironment() {
        settings.setEnvironment(Map.of("TOKEN", "secret"));
        settings.mark("/out", false);
        settings.mark("/art $HOME", true);
        Config config = new Config(
                -2,
                true,
                List.of(new HostBind(Path.of("/it's"), "/mnt", false), new HostBind(Path.of("/data"), "/data", true)));
        SandboxCommand command = SandboxCommand.builder("make")
                .flags(
                        SandboxFlags.ROOT_READ_ONLY,
                        SandboxFlags.NETWORK_ENABLED,
                        SandboxFlags.CREATE_DEV_SHM,
                        SandboxFlags.INHERIT_UID)
                .workDirectory("/out")
                .build();

        assertThat(line(config, command))
                .isEqualTo(
                        "bin/shell /srv/box --read-only --network --shm --inherit-uid --uid 4294967294 --gid 4294967294"
                                + " --host-system --bind '/it'\\''s' /mnt --bind-writable /data /data"
                                + " --mark /out --mark-artifact '/art $HOME' --work-directory /out");
    }

    private String line(SandboxConfig config, SandboxCommand command) {
        return ShellCommandLine.of(
                config,
                new PlannedCommand(command, settings.snapshot(), Stdio.discard(), Stdio.discard(), Stdio.discard()));
    }

    /** A configuration of what such a line can tell. */
    private record Config(int buildUid, boolean hostSystem, List<HostBind> binds) implements SandboxConfig {
        @Override
        public Path directory() {
            return Path.of("/srv/box");
        }

        @Override
        public int buildGid() {
            return buildUid;
        }

        @Override
        public String hostname() {
            return "sandbox";
        }

        @Override
        public Stdio stdin() {
            return Stdio.discard();
        }

        @Override
        public Stdio stdout() {
            return Stdio.discard();
        }

        @Override
        public Stdio stderr() {
            return Stdio.discard();
        }

        @Override
        public ResourceLimits limits() {
            return ResourceLimits.none();
        }

        @Override
        public Optional<SeccompProfile> seccomp() {
            return Optional.empty();
        }

        @Override
        public Set<Isolation> required() {
            return Set.of();
        }

        @Override
        public <O extends BackendOptions> Optional<O> options(Class<O> type) {
            return Optional.empty();
        }
    }
}
