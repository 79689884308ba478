package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.BackendOptions;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;

/** A configuration of nothing but a directory. */
record TreeConfig(Path directory) implements SandboxConfig {
    @Override
    public int buildUid() {
        return 0;
    }

    @Override
    public int buildGid() {
        return 0;
    }

    @Override
    public String hostname() {
        return "sandbox";
    }

    @Override
    public List<HostBind> binds() {
        return List.of();
    }

    @Override
    public boolean hostSystem() {
        return false;
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
