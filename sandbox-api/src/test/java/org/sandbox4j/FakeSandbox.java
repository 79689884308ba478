package org.sandbox4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs nothing; remembers what it was asked. */
class FakeSandbox implements Sandbox {
    /** What {@code run} was called with. */
    record Run(
            List<String> command,
            Set<SandboxFlags> flags,
            @Nullable String cwd,
            @Nullable Map<String, String> env) {}

    /** What {@code markDirectory} was called with. */
    record Mark(String directory, boolean artifact) {}

    final List<Run> runs = new ArrayList<>();
    final List<Mark> marks = new ArrayList<>();
    boolean closed;

    private final Path root;
    private final Set<Isolation> isolation;

    FakeSandbox(Path root, Set<Isolation> isolation) {
        this.root = root;
        this.isolation = isolation;
    }

    @Override
    public Path getDirectory() {
        return root;
    }

    @Override
    public void setEnvironment(Map<String, String> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setWorkDirectory(String directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void markDirectory(String directory, boolean artifact) {
        marks.add(new Mark(directory, artifact));
    }

    @Override
    public int run(
            List<String> command, Set<SandboxFlags> flags, @Nullable String cwd, @Nullable Map<String, String> env) {
        runs.add(new Run(command, flags, cwd, env));
        return 42;
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
        return isolation;
    }

    @Override
    public void close() {
        closed = true;
    }
}
