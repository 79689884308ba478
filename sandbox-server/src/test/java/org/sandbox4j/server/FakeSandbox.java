package org.sandbox4j.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;

/** A fake: it only knows whether it is closed. */
final class FakeSandbox implements Sandbox {
    private final Path directory;
    boolean closed;

    FakeSandbox(Path directory) {
        this.directory = directory;
    }

    @Override
    public Path getDirectory() {
        return directory;
    }

    @Override
    public void setEnvironment(Map<String, String> environment) {}

    @Override
    public void setWorkDirectory(String work) {}

    @Override
    public void markDirectory(String mark, boolean artifact) {}

    @Override
    public int run(
            List<String> command, Set<SandboxFlags> flags, @Nullable String cwd, @Nullable Map<String, String> env) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SandboxResult execute(SandboxCommand command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SandboxResult> execute(List<SandboxCommand> commands) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SandboxProcess start(SandboxCommand command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<Isolation> isolation() {
        return Set.of();
    }

    @Override
    public void close() {
        closed = true;
    }
}
