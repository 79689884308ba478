package org.sandbox4j.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.local.host.AccountFiles;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.launch.InitPayload;
import org.sandbox4j.local.launch.LaunchRequest;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.limits.LimitPlan;
import org.sandbox4j.local.limits.LimitsOfThisHost;
import org.sandbox4j.local.limits.RunLimits;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.run.RunRequest;
import org.sandbox4j.local.run.RunStreams;
import org.sandbox4j.local.run.RunTerminal;
import org.sandbox4j.local.run.SandboxRun;
import org.sandbox4j.local.run.SoughtProgram;
import org.sandbox4j.local.tree.PreparedTree;
import org.sandbox4j.local.tree.StagedRoot;
import org.sandbox4j.local.tree.TreeNeeds;
import org.sandbox4j.local.tree.Writing;
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

    /** How long a run is expected to go on. */
    private enum Duration {
        /** As long as its caller waits. */
        OF_ITS_CALL,
        /** For as long as somebody likes, who may start others meanwhile. */
        OPEN
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
    private final Optional<SystemBinds> system;
    private final Caller caller = Caller.current();
    private final StagedTerminals stagedTerminals;
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
        stagedTerminals = new StagedTerminals(caller, launcher, stagedRoot.scratch());
        system = SystemBinds.ifWanted(config.hostSystem(), stagedRoot.root(), stagedRoot.scratch(), config.binds());
    }

    /**
     * Starts a command.
     *
     * @param call the method that the user called
     */
    SandboxRun start(String call, PlannedCommand command) {
        return start(call, command, Optional.empty(), Duration.OPEN, SandboxRun::launch);
    }

    /**
     * Starts a command for a caller who waits for its end at once.
     *
     * @param call the method that the user called
     * @param temporary a directory of ours that is the run's {@code /tmp}, for batches
     */
    SandboxRun startForeground(String call, PlannedCommand command, Optional<Path> temporary) {
        Duration duration = command.has(SandboxFlags.INTERACTIVE) ? Duration.OPEN : Duration.OF_ITS_CALL;
        return start(call, command, temporary, duration, SandboxRun::launchForeground);
    }

    private SandboxRun start(
            String call, PlannedCommand command, Optional<Path> temporary, Duration duration, Launching launching) {
        runs.enter(call);
        try {
            Unsupported.refuse(command, launcher);
            LimitPlan limits = planLimits(command, temporary.isPresent());
            TreeNeeds needs = needs(command, temporary, writing(command, duration));
            SandboxRun run = launched(command, limits, needs, launching);
            runs.launched(run);
            return run;
        } catch (RuntimeException | Error e) {
            runs.leave();
            throw e;
        }
    }

    /**
     * Plans the limits of a command.
     *
     * @throws org.sandbox4j.SandboxUnsupportedException if a required limit cannot be enforced
     */
    private LimitPlan planLimits(PlannedCommand command, boolean batch) {
        return LimitsOfThisHost.plan(
                command.command().limits().orElse(config.limits()),
                new LimitPlan.Place(isolator.sizesFileSystems(), batch));
    }

    private SandboxRun launched(PlannedCommand command, LimitPlan limits, TreeNeeds needs, Launching launching) {
        PreparedTree tree = stagedRoot.prepare(needs, runs::isClosed);
        RunStreams streams;
        RunRequest request;
        try {
            streams = RunStreams.open(
                    command.stdin(),
                    command.stdout(),
                    command.stderr(),
                    command.terminal(),
                    limits.amount(Resource.OUTPUT));
            request = request(command, limits, tree, streams);
        } catch (RuntimeException | Error e) {
            tree.close();
            throw e;
        }
        return launching.launch(launcher, request, streams);
    }

    private Writing writing(PlannedCommand command, Duration duration) {
        if (config.artifactProtection() == ArtifactProtection.OVERLAY) {
            return Writing.DIVERTED_WITHOUT_COPIES;
        }
        if (command.command().rollsBackOnFailure()) {
            return Writing.DIVERTED;
        }
        return switch (config.artifactProtection()) {
            case COPY, OVERLAY -> Writing.IN_PLACE;
            case AUTO -> duration == Duration.OPEN ? Writing.IN_PLACE : Writing.DIVERTED_IF_POSSIBLE;
        };
    }

    private TreeNeeds needs(PlannedCommand command, Optional<Path> temporary, Writing writing) {
        return new TreeNeeds(
                command.command().rollsBackOnFailure()
                        ? command.protectedMarks()
                        : command.settings().marks(),
                command.workDirectory(),
                binds(command),
                command.rootWritable(),
                command.has(SandboxFlags.CREATE_DEV_SHM),
                temporary,
                writing);
    }

    private List<HostBind> binds(PlannedCommand command) {
        if (system.isEmpty()) {
            return config.binds();
        }
        AccountFiles identity = new AccountFiles(uid(command), gid(command), config.hostname());
        List<HostBind> all = new ArrayList<>(system.get().of(identity, command.has(SandboxFlags.NETWORK_ENABLED)));
        all.addAll(config.binds());
        return all;
    }

    private int uid(PlannedCommand command) {
        return command.has(SandboxFlags.INHERIT_UID) ? caller.uid() : config.buildUid();
    }

    private int gid(PlannedCommand command) {
        return command.has(SandboxFlags.INHERIT_UID) ? caller.gid() : config.buildGid();
    }

    private RunRequest request(PlannedCommand command, LimitPlan limits, PreparedTree tree, RunStreams streams) {
        Mount.Terminals terminals = terminals(command);
        IsolatedCommand isolated = isolator.isolate(plan(command, limits, tree, terminals));
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
                limits.init(),
                streams.terminal().map(RunTerminal::settings),
                options(tree));
        RunName name = new RunName(sandbox, numbers.incrementAndGet(), command.command());
        LOG.debug("{}: starting, flags {}", name, command.command().flags());
        RunLimits inForce = RunLimits.of(limits);
        LaunchRequest launch = new LaunchRequest(
                inForce.stage().then(tree.stage()).then(stagedTerminals.stage(terminals, tree.stage())),
                isolated.command(),
                isolated.options(),
                isolated.seccomp(),
                payload,
                streams.hasInput(),
                streams.isMerged(),
                streams.terminal().map(RunTerminal::wiring),
                stagedRoot.scratch());
        return new RunRequest(
                name,
                new SoughtProgram(command.program(), stagedRoot.root(), config.hostSystem()),
                launch,
                isolator,
                command.command().timeout(),
                inForce,
                watcher(command, tree));
    }

    private Set<InitPayload.Option> options(PreparedTree tree) {
        Set<InitPayload.Option> options = EnumSet.noneOf(InitPayload.Option.class);
        if (tree.movesDirectories()) {
            options.add(InitPayload.Option.MOVES_DIRECTORIES);
        }
        if (config.personality() == Personality.LINUX32) {
            options.add(InitPayload.Option.LINUX32);
        }
        return options;
    }

    private static RunRequest.Watcher watcher(PlannedCommand command, PreparedTree tree) {
        boolean keepsFailures = !command.command().rollsBackOnFailure();
        return new RunRequest.Watcher() {
            @Override
            public void isSetUp() {
                tree.lease().isSetUp();
            }

            @Override
            public void ended(RunRequest.Ending ending) {
                tree.lease()
                        .end(ending == RunRequest.Ending.SUCCEEDED
                                || (ending == RunRequest.Ending.FAILED && keepsFailures));
            }
        };
    }

    private Mount.Terminals terminals(PlannedCommand command) {
        if (!command.hasTerminalDevices()) {
            return Mount.Terminals.NONE;
        }
        return isolator.mountsTerminals() || !stagedTerminals.work()
                ? Mount.Terminals.OF_BACKEND
                : Mount.Terminals.BOUND;
    }

    private SandboxPlan plan(PlannedCommand command, LimitPlan limits, PreparedTree tree, Mount.Terminals terminals) {
        return new SandboxPlan(
                tree.root(),
                command.rootWritable(),
                stagedTerminals.added(terminals, SizedMounts.of(tree.mounts(), limits)),
                command.has(SandboxFlags.NETWORK_ENABLED),
                uid(command),
                gid(command),
                config.hostname());
    }
}
