package org.sandbox4j.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxLimitException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxTimeoutException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.Launchers;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.run.CallersStreams;
import org.sandbox4j.local.run.SandboxRun;
import org.sandbox4j.local.tree.StagedRoot;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sandbox of every backend on this host. Thread-safe. */
public final class LocalSandbox implements Sandbox {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSandbox.class);
    private static final AtomicLong IDS = new AtomicLong();
    private static final long DEFAULT_CAPTURE = 16L * 1024 * 1024;

    private final String id;
    private final SandboxConfig config;
    private final Isolator isolator;
    private final StagedRoot stagedRoot;
    private final RunStarter starter;
    private final SandboxSettings settings = new SandboxSettings();
    private final ActiveRuns runs = new ActiveRuns();

    private LocalSandbox(SandboxConfig config, Isolator isolator, Launcher launcher, StagedRoot stagedRoot) {
        this.config = config;
        this.isolator = isolator;
        this.stagedRoot = stagedRoot;
        id = isolator.backend() + "-" + IDS.incrementAndGet();
        starter = new RunStarter(id, config, isolator, launcher, stagedRoot, runs);
    }

    /**
     * Opens a sandbox.
     *
     * @throws org.sandbox4j.SandboxSetupException if its directories cannot be made
     * @throws org.sandbox4j.SandboxUnsupportedException if the configuration asks for what cannot be done
     */
    public static LocalSandbox open(SandboxConfig config, Isolator isolator) {
        Unsupported.refuse(config, isolator);
        Launcher launcher = Launchers.choose();
        CallersStreams.remember();
        StagedRoot stagedRoot = StagedRoot.open(config, launcher);
        LocalSandbox sandbox;
        try {
            sandbox = new LocalSandbox(config, isolator, launcher, stagedRoot);
        } catch (RuntimeException | Error e) {
            stagedRoot.close();
            throw e;
        }
        ShutdownHook.add(sandbox);
        LOG.debug("{}: opened {}, launcher {}", sandbox.id, config.root(), launcher.name());
        return sandbox;
    }

    @Override
    public Path getDirectory() {
        return stagedRoot.root();
    }

    @Override
    public void setEnvironment(Map<String, String> environment) {
        runs.requireOpen("setEnvironment");
        settings.setEnvironment(environment);
    }

    @Override
    public void setWorkDirectory(String directory) {
        runs.requireOpen("setWorkDirectory");
        settings.setWorkDirectory(directory);
    }

    @Override
    public void markDirectory(String directory, boolean artifact) {
        runs.requireOpen("markDirectory");
        settings.mark(directory, artifact);
    }

    @Override
    public int run(
            List<String> command, Set<SandboxFlags> flags, @Nullable String cwd, @Nullable Map<String, String> env)
            throws InterruptedException {
        SandboxCommand.Builder builder = SandboxCommand.builder(command).flags(flags);
        if (cwd != null) {
            builder.workDirectory(cwd);
        }
        if (env != null) {
            builder.environment(env);
        }
        SandboxCommand built = builder.build();
        return exitCode(
                built, finish("run", plan(built, config.stdout(), config.stderr(), Stdio.discard()), Optional.empty()));
    }

    @Override
    public SandboxResult execute(SandboxCommand command) throws InterruptedException {
        return finish("execute", planCaptured(command), Optional.empty());
    }

    @Override
    public List<SandboxResult> execute(List<SandboxCommand> commands) throws InterruptedException {
        List<PlannedCommand> planned =
                List.copyOf(commands).stream().map(this::planCaptured).toList();
        List<SandboxResult> results = new ArrayList<>();
        runs.enter("execute");
        try (BatchDirectory temporary = BatchDirectory.make(stagedRoot.scratch())) {
            for (PlannedCommand command : planned) {
                SandboxResult result = finish("execute", command, Optional.of(temporary.path()));
                results.add(result);
                if (!result.succeeded() && !command.command().mayFail()) {
                    break;
                }
            }
        } finally {
            runs.leave();
        }
        return List.copyOf(results);
    }

    @Override
    public SandboxProcess start(SandboxCommand command) {
        PlannedCommand planned = plan(command, Stdio.pipe(), Stdio.pipe(), Stdio.pipe());
        SandboxRun run = starter.start("start", planned);
        try {
            run.awaitStart();
        } catch (RuntimeException e) {
            run.closeStreams();
            throw e;
        }
        return new LocalProcess(run);
    }

    @Override
    public Set<Isolation> isolation() {
        return isolator.isolation();
    }

    @Override
    public void close() {
        if (runs.close()) {
            try {
                runs.awaitNone();
                stagedRoot.close();
            } finally {
                ShutdownHook.remove(this);
            }
            LOG.debug("{}: closed", id);
        }
    }

    void stopRuns() {
        runs.stopAll();
    }

    @Override
    public String toString() {
        return id + " in " + config.directory();
    }

    private PlannedCommand planCaptured(SandboxCommand command) {
        return plan(command, Stdio.capture(DEFAULT_CAPTURE), Stdio.capture(DEFAULT_CAPTURE), Stdio.discard());
    }

    private PlannedCommand plan(SandboxCommand command, Stdio stdout, Stdio stderr, Stdio stdin) {
        Stdio defaultInput = command.flags().contains(SandboxFlags.INTERACTIVE) && !(stdin instanceof Stdio.Pipe)
                ? config.stdin()
                : stdin;
        return new PlannedCommand(
                command,
                settings.snapshot(),
                command.stdin().orElse(defaultInput),
                command.stdout().orElse(stdout),
                command.stderr().orElse(stderr));
    }

    private SandboxResult finish(String call, PlannedCommand command, Optional<Path> temporary)
            throws InterruptedException {
        if (command.usesPipe()) {
            throw new IllegalArgumentException("Nobody could use a Stdio.pipe() of " + call
                    + "(): it waits for the end. Use start(), or another stream.");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before '" + command.command() + "' was started");
        }
        SandboxRun run = startInterruptibly(call, command, temporary);
        SandboxResult result;
        try {
            result = run.awaitOrStop();
        } catch (CommandNotFoundException e) {
            logWayIn(command, e.reason());
            throw e;
        }
        if (!result.succeeded()) {
            logWayIn(command, result.termination());
        }
        if (run.wasStopped(SandboxRun.Stop.CLOSED)) {
            throw new SandboxException(
                    "closed", "'" + command.command() + "' was killed: its sandbox was closed while it ran.");
        }
        return result;
    }

    private void logWayIn(PlannedCommand command, Object outcome) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: '{}' failed, {}; to look around in the same sandbox: {}",
                    id,
                    command.command(),
                    outcome,
                    ShellCommandLine.of(config, command));
        }
    }

    /** Preparation works on files; an interrupt may end that as an error of theirs. */
    private SandboxRun startInterruptibly(String call, PlannedCommand command, Optional<Path> temporary)
            throws InterruptedException {
        try {
            return starter.startForeground(call, command, temporary);
        } catch (SandboxSetupException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            InterruptedException interrupted =
                    new InterruptedException("interrupted while '" + command.command() + "' was being prepared");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static int exitCode(SandboxCommand command, SandboxResult result) {
        if (result.termination() instanceof Termination.TimedOut timedOut) {
            throw new SandboxTimeoutException(
                    "'" + command + "' was killed: it took longer than " + timedOut.limit() + ". Give it more time.",
                    result);
        }
        if (result.termination() instanceof Termination.LimitExceeded exceeded) {
            throw new SandboxLimitException(
                    "'" + command + "' was ended: it hit its limit of " + exceeded.which() + ". Raise the limit.",
                    result);
        }
        return result.exitCode();
    }
}
