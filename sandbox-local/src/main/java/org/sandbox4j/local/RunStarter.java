package org.sandbox4j.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.sandbox4j.Personality;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.host.HostSystem;
import org.sandbox4j.local.launch.InitPayload;
import org.sandbox4j.local.launch.LaunchRequest;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.run.RunRequest;
import org.sandbox4j.local.run.RunStreams;
import org.sandbox4j.local.run.SandboxRun;
import org.sandbox4j.local.tree.PreparedTree;
import org.sandbox4j.local.tree.StagedRoot;
import org.sandbox4j.local.tree.TreeNeeds;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a planned command to a launched one: prepares the root, plans the sandbox, launches it. Thread-safe. */
final class RunStarter {
    private static final Logger LOG = LoggerFactory.getLogger(RunStarter.class);

    private record RunName(String sandbox, long number, SandboxCommand command) {
        @Override
        public String toString() {
            return sandbox + "/" + number + " " + command;
        }
    }

    private interface Launching {
        SandboxRun launch(Launcher launcher, RunRequest request, RunStreams streams);
    }

    private final String sandbox;
    private final SandboxConfig config;
    private final Isolator isolator;
    private final Launcher launcher;
    private final StagedRoot stagedRoot;
    private final ActiveRuns runs;
    private final List<HostBind> binds;
    private final Caller caller = Caller.current();
    private final AtomicLong numbers = new AtomicLong();

    RunStarter(
            String sandbox,
            SandboxConfig config,
            Isolator isolator,
            Launcher launcher,
            StagedRoot stagedRoot,
            ActiveRuns runs) {
        this.sandbox = sandbox;
        this.config = config;
        this.isolator = isolator;
        this.launcher = launcher;
        this.stagedRoot = stagedRoot;
        this.runs = runs;
        List<HostBind> all = new ArrayList<>(config.hostSystem() ? HostSystem.binds() : List.of());
        all.addAll(config.binds());
        binds = List.copyOf(all);
    }

    /**
     * Starts a command.
     *
     * @param call the method that the user called
     */
    SandboxRun start(String call, PlannedCommand command) {
        return start(call, command, Optional.empty(), SandboxRun::launch);
    }

    /**
     * Starts a command for a caller who waits for its end at once.
     *
     * @param call the method that the user called
     * @param temporary a directory of ours that is the run's {@code /tmp}, for batches
     */
    SandboxRun startForeground(String call, PlannedCommand command, Optional<Path> temporary) {
        return start(call, command, temporary, SandboxRun::launchForeground);
    }

    private SandboxRun start(String call, PlannedCommand command, Optional<Path> temporary, Launching launching) {
        runs.enter(call);
        try {
            Unsupported.refuse(command);
            SandboxRun run = launched(command, temporary, launching);
            runs.launched(run);
            return run;
        } catch (RuntimeException | Error e) {
            runs.leave();
            throw e;
        }
    }

    private SandboxRun launched(PlannedCommand command, Optional<Path> temporary, Launching launching) {
        PreparedTree tree = stagedRoot.prepare(needs(command, temporary));
        RunStreams streams;
        RunRequest request;
        try {
            streams = RunStreams.open(command.stdin(), command.stdout(), command.stderr());
            request = request(command, tree, streams);
        } catch (RuntimeException | Error e) {
            tree.close();
            throw e;
        }
        return launching.launch(launcher, request, streams);
    }

    private TreeNeeds needs(PlannedCommand command, Optional<Path> temporary) {
        return new TreeNeeds(
                command.settings().marks(),
                command.workDirectory(),
                binds,
                command.rootWritable(),
                command.has(SandboxFlags.CREATE_DEV_SHM),
                temporary);
    }

    private RunRequest request(PlannedCommand command, PreparedTree tree, RunStreams streams) {
        IsolatedCommand isolated = isolator.isolate(plan(command, tree));
        InitPayload payload = new InitPayload(
                command.command().arguments(),
                command.environment(),
                command.workDirectory(),
                command.lookupPath(),
                isolated.modes(),
                tree.identities().entrySet().stream()
                        .map(identity -> new InitPayload.Identity(
                                identity.getKey(),
                                identity.getValue().device(),
                                identity.getValue().inode()))
                        .toList(),
                config.personality() == Personality.LINUX32);
        RunName name = new RunName(sandbox, numbers.incrementAndGet(), command.command());
        LOG.debug("{}: starting, flags {}", name, command.command().flags());
        LaunchRequest launch = new LaunchRequest(
                isolated.command(),
                isolated.options(),
                isolated.seccomp(),
                payload,
                streams.hasInput(),
                streams.isMerged(),
                stagedRoot.scratch());
        return new RunRequest(
                name, command.program(), launch, isolator, command.command().timeout(), tree::close);
    }

    private SandboxPlan plan(PlannedCommand command, PreparedTree tree) {
        boolean inherit = command.has(SandboxFlags.INHERIT_UID);
        return new SandboxPlan(
                stagedRoot.root(),
                command.rootWritable(),
                tree.mounts(),
                command.has(SandboxFlags.NETWORK_ENABLED),
                inherit ? caller.uid() : config.buildUid(),
                inherit ? caller.gid() : config.buildGid(),
                config.hostname());
    }
}
