package org.sandbox4j.remote;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxLimitException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxTimeoutException;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sandbox whose commands run on a server, in a copy of the root. Thread-safe. */
final class RemoteSandbox implements Sandbox {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSandbox.class);
    private static final AtomicLong IDS = new AtomicLong();
    private static final long DEFAULT_CAPTURE = 16L * 1024 * 1024;

    private final String id = RemoteSandboxProvider.ID + "-" + IDS.incrementAndGet();
    private final AtomicLong numbers = new AtomicLong();
    private final SandboxConfig config;
    private final RemoteTree tree;
    private final RunTransport transport;
    private final Set<Isolation> isolation;
    private final SandboxSettings settings = new SandboxSettings();
    private final OpenRuns runs = new OpenRuns();

    private RemoteSandbox(SandboxConfig config, RemoteTree tree, RunTransport transport, Set<Isolation> isolation) {
        this.config = config;
        this.tree = tree;
        this.transport = transport;
        this.isolation = Set.copyOf(isolation);
    }

    /**
     * Opens a sandbox.
     *
     * @throws org.sandbox4j.SandboxSetupException if its directories cannot be made, or are not ours
     */
    static RemoteSandbox open(
            SandboxConfig config,
            SavedTrees trees,
            long uploadBytes,
            RunTransport transport,
            Set<Isolation> isolation) {
        RemoteTree tree = new RemoteTree(config.root(), RemoteTree.openDirectories(config), trees, uploadBytes);
        RemoteSandbox sandbox = new RemoteSandbox(config, tree, transport, isolation);
        OpenSandboxes.add(sandbox);
        LOG.debug("{}: opened {} on {}", sandbox.id, config.root(), trees.server());
        return sandbox;
    }

    @Override
    public Path getDirectory() {
        return tree.root();
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
        RemoteCommand planned = RemoteCommand.plan(
                built, settings.snapshot(), config, Stdio.discard(), config.stdout(), config.stderr());
        return exitCode(built, finish("run", List.of(planned)).get(0));
    }

    @Override
    public SandboxResult execute(SandboxCommand command) throws InterruptedException {
        return finish("execute", List.of(planCaptured(command))).get(0);
    }

    @Override
    public List<SandboxResult> execute(List<SandboxCommand> commands) throws InterruptedException {
        List<RemoteCommand> planned =
                List.copyOf(commands).stream().map(this::planCaptured).toList();
        if (planned.isEmpty()) {
            runs.requireOpen("execute");
            return List.of();
        }
        return finish("execute", planned);
    }

    @Override
    public SandboxProcess start(SandboxCommand command) {
        RemoteCommand planned =
                RemoteCommand.plan(command, settings.snapshot(), config, Stdio.pipe(), Stdio.pipe(), Stdio.pipe());
        if (planned.stdin() instanceof Stdio.Pipe && !transport.isLive()) {
            throw new SandboxUnsupportedException(
                    "On a plain sandbox server, nothing can be written to a command while it runs."
                            + " Give it its input before, with stdin(Stdio.bytes(...)), a file or a stream, or Stdio.discard().");
        }
        RemoteRun run = begin("start", List.of(planned));
        run.awaitStart();
        return new RemoteProcess(
                run, planned.stdin() instanceof Stdio.Pipe, command.terminal().isPresent());
    }

    private RemoteCommand planCaptured(SandboxCommand command) {
        return RemoteCommand.plan(
                command,
                settings.snapshot(),
                config,
                Stdio.discard(),
                Stdio.capture(DEFAULT_CAPTURE),
                Stdio.capture(DEFAULT_CAPTURE));
    }

    private List<SandboxResult> finish(String call, List<RemoteCommand> commands) throws InterruptedException {
        if (commands.stream().anyMatch(RemoteCommand::usesPipe)) {
            throw new IllegalArgumentException("Nobody could use a Stdio.pipe() of " + call
                    + "(): it waits for the end. Use start(), or another stream.");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException(
                    "interrupted before '" + commands.get(0).command() + "' was started");
        }
        List<SandboxResult> results;
        try {
            results = begin(call, commands).awaitOrStop();
        } catch (SandboxException e) {
            if (runs.isClosed() && e.reason().equals("cancelled")) {
                throw closed(commands);
            }
            if (e.getCause() instanceof InterruptedIOException interrupted) {
                throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(interrupted);
            }
            throw e;
        }
        if (runs.isClosed() && !results.get(results.size() - 1).succeeded()) {
            throw closed(commands);
        }
        return results;
    }

    private static SandboxException closed(List<RemoteCommand> commands) {
        return new SandboxException(
                "closed", "'" + commands.get(0).command() + "' was killed: its sandbox was closed while it ran.");
    }

    private RemoteRun begin(String call, List<RemoteCommand> commands) {
        runs.requireOpen(call);
        // Reading input may take any time, for which nobody who closes the sandbox should have to wait.
        List<SandboxCommand> onServer = commands.stream()
                .map(command -> command.onServer(commands.size() > 1))
                .toList();
        onServer.forEach(transport::check);
        runs.enter(call);
        try {
            String name =
                    id + "/" + numbers.incrementAndGet() + " " + commands.get(0).command();
            LOG.debug("{}: starting, commands: {}", name, commands.size());
            RemoteRun run = RemoteRun.begin(name, tree, transport, serverSettings(commands), commands, onServer);
            runs.begun(run);
            return run;
        } finally {
            runs.leave();
        }
    }

    private RootSettings serverSettings(List<RemoteCommand> commands) {
        Ids ids = Ids.of(config, commands);
        return new RootSettings(
                List.copyOf(commands.get(0).settings().marks().keySet()),
                ids.uid(),
                ids.gid(),
                config.hostname(),
                config.seccomp(),
                config.personality(),
                config.hostSystem());
    }

    @Override
    public Set<Isolation> isolation() {
        EnumSet<Isolation> copy = EnumSet.noneOf(Isolation.class);
        copy.addAll(isolation);
        return java.util.Collections.unmodifiableSet(copy);
    }

    @Override
    public void close() {
        if (runs.close()) {
            try {
                tree.close();
            } finally {
                OpenSandboxes.remove(this);
            }
            LOG.debug("{}: closed", id);
        }
    }

    @Override
    public String toString() {
        return id + " in " + config.directory();
    }

    private static int exitCode(SandboxCommand command, SandboxResult result) {
        if (result.termination() instanceof Termination.TimedOut timedOut) {
            throw new SandboxTimeoutException(
                    "'" + command + "' was killed: it took longer than " + timedOut.limit()
                            + ". Give it more time, if the server does.",
                    result);
        }
        if (result.termination() instanceof Termination.LimitExceeded exceeded) {
            throw new SandboxLimitException(
                    "'" + command + "' was ended: it hit its limit of " + exceeded.which()
                            + ". Raise the limit, here or on the server.",
                    result);
        }
        return result.exitCode();
    }
}
