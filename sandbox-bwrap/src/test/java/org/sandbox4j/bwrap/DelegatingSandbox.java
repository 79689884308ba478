package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Termination;

/** Hands everything on to a real sandbox. Subclasses break one thing on the way in or out. */
class DelegatingSandbox implements Sandbox {
    private final Sandbox real;

    DelegatingSandbox(Sandbox real) {
        this.real = real;
    }

    /** A sandbox that runs other commands than it is told. */
    static Sandbox changingCommands(Sandbox real, UnaryOperator<SandboxCommand> change) {
        return new DelegatingSandbox(real) {
            @Override
            SandboxCommand before(SandboxCommand command) {
                return change.apply(command);
            }
        };
    }

    /** A sandbox that tells of other results than there were. */
    static Sandbox changingResults(Sandbox real, UnaryOperator<SandboxResult> change) {
        return new DelegatingSandbox(real) {
            @Override
            SandboxResult after(SandboxCommand command, SandboxResult result) {
                return change.apply(result);
            }
        };
    }

    /** Called with each command before it runs. */
    SandboxCommand before(SandboxCommand command) {
        return command;
    }

    /** Called with the result of each command that was waited for. */
    SandboxResult after(SandboxCommand command, SandboxResult result) {
        return result;
    }

    @Override
    public SandboxResult execute(SandboxCommand command) throws InterruptedException {
        return after(command, real.execute(before(command)));
    }

    @Override
    public List<SandboxResult> execute(List<SandboxCommand> commands) throws InterruptedException {
        List<SandboxResult> results =
                real.execute(commands.stream().map(this::before).toList());
        List<SandboxResult> broken = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            broken.add(after(commands.get(i), results.get(i)));
        }
        return broken;
    }

    @Override
    public int run(List<String> command, Set<SandboxFlags> flags, String cwd, Map<String, String> env)
            throws InterruptedException {
        SandboxCommand.Builder builder = SandboxCommand.builder(command).flags(flags);
        if (cwd != null) {
            builder.workDirectory(cwd);
        }
        if (env != null) {
            builder.environment(env);
        }
        SandboxCommand original = builder.build();
        SandboxCommand changed = before(original);
        int exit = real.run(
                changed.arguments(),
                changed.flags(),
                changed.workDirectory().orElse(null),
                changed.environment().orElse(null));
        SandboxResult result = SandboxResult.of(
                new Termination.Exited(exit),
                CapturedOutput.none(),
                CapturedOutput.none(),
                ResourceUsage.ofWall(Duration.ZERO));
        return after(original, result).exitCode();
    }

    @Override
    public SandboxProcess start(SandboxCommand command) {
        return real.start(before(command));
    }

    @Override
    public Path getDirectory() {
        return real.getDirectory();
    }

    @Override
    public void setEnvironment(Map<String, String> environment) {
        real.setEnvironment(environment);
    }

    @Override
    public void setWorkDirectory(String directory) {
        real.setWorkDirectory(directory);
    }

    @Override
    public void markDirectory(String directory, boolean artifact) {
        real.markDirectory(directory, artifact);
    }

    @Override
    public Set<Isolation> isolation() {
        return real.isolation();
    }

    @Override
    public void close() {
        real.close();
    }
}
