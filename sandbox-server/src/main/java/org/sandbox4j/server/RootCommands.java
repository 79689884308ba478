package org.sandbox4j.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.RootResponse;

/** Runs a batch of commands in one sandbox, within the server's limits. Used by one thread. */
final class RootCommands {
    /** Hears of results as soon as they are there. */
    interface Listener {
        /** Returns the command to run in place of one, for instance with outputs that go elsewhere. */
        SandboxCommand starting(SandboxCommand command);

        /** The command runs, and can be sent input and signals. */
        void started();

        void ended(SandboxResult result);
    }

    /** Does nothing. */
    static final Listener SILENT = new Listener() {
        @Override
        public SandboxCommand starting(SandboxCommand command) {
            return command;
        }

        @Override
        public void started() {}

        @Override
        public void ended(SandboxResult result) {}
    };

    private final RunLimits limits;
    private final OutputTotal output;
    private final boolean batch;
    private final Listener listener;
    private final List<SandboxResult> results = new ArrayList<>();
    private Optional<RootResponse.Failure> failure = Optional.empty();
    private final long deadline;

    RootCommands(RunLimits limits, OutputTotal output, Duration budget, boolean batch, Listener listener) {
        this.limits = limits;
        this.output = output;
        this.batch = batch;
        this.listener = listener;
        deadline = System.nanoTime() + budget.toNanos();
    }

    /** Runs commands until one fails that may not. */
    void run(List<SandboxCommand> commands, SupervisedRuns runs) throws InterruptedException {
        for (SandboxCommand command : commands) {
            SandboxResult result = keeping(listener.starting(within(command)), runs);
            results.add(result);
            listener.ended(result);
            if (!result.succeeded() && !command.mayFail()) {
                return;
            }
        }
    }

    /** What would be captured is kept as long as the request has some left, and then only counted. */
    private SandboxResult keeping(SandboxCommand command, SupervisedRuns runs) throws InterruptedException {
        boolean merged = isMerged(command);
        Optional<KeptOutput> stdout = kept(command.stdout());
        Optional<KeptOutput> stderr = merged ? Optional.empty() : kept(command.stderr());
        SandboxCommand.Builder builder = command.toBuilder();
        stdout.map(Stdio::to).ifPresent(stream -> {
            builder.stdout(stream);
            if (merged) {
                builder.stderr(stream);
            }
        });
        stderr.map(Stdio::to).ifPresent(builder::stderr);
        SandboxResult result = runs.run(builder.build(), listener::started);
        return SandboxResult.of(
                        result.termination(),
                        stdout.map(KeptOutput::output).orElse(result.stdout()),
                        stderr.map(KeptOutput::output).orElse(result.stderr()),
                        result.usage())
                .withUnenforced(result.unenforced());
    }

    private Optional<KeptOutput> kept(Optional<Stdio> wanted) {
        return wanted.isPresent() && wanted.get() instanceof Stdio.Capture capture && capture.limit() > 0
                ? Optional.of(new KeptOutput(output, capture.limit()))
                : Optional.empty();
    }

    /** One and the same value, not equal ones, is how a command says that standard error goes where standard output goes. */
    private static boolean isMerged(SandboxCommand command) {
        return command.stdout().isPresent()
                && command.stderr().isPresent()
                && command.stdout().get() == command.stderr().get();
    }

    /** Remembers why no more commands can be run, or what failed after them. */
    void fail(SandboxException e) {
        if (failure.isPresent()) {
            return;
        }
        failure = Optional.of(new RootResponse.Failure(
                e.reason(),
                String.valueOf(e.getMessage()),
                e instanceof CommandNotFoundException notFound ? Optional.of(notFound.problem()) : Optional.empty()));
    }

    List<SandboxResult> results() {
        return results;
    }

    Optional<RootResponse.Failure> failure() {
        return failure;
    }

    private SandboxCommand within(SandboxCommand command) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        SandboxCommand.Builder builder = command.toBuilder()
                .timeout(command.timeout()
                        .map(timeout -> RootService.smaller(timeout, left))
                        .orElse(left))
                .limits(within(command.limits().orElse(ResourceLimits.none())));
        Stdio stdout = capture(command.stdout());
        if (command.terminal().isPresent() && command.stderr().isEmpty()) {
            return builder.stdout(stdout).build();
        }
        return builder.stdout(stdout)
                .stderr(isMerged(command) ? stdout : capture(command.stderr()))
                .build();
    }

    private Stdio capture(Optional<Stdio> output) {
        long wanted = output.isPresent() && output.get() instanceof Stdio.Capture capture
                ? capture.limit()
                : limits.outputBytes();
        return Stdio.capture(Math.min(wanted, limits.outputBytes()));
    }

    private ResourceLimits within(ResourceLimits wanted) {
        if (batch && wanted.limit(Resource.TMP_SIZE).isPresent()) {
            throw new SandboxUnsupportedException(
                    "A batch keeps its /tmp on disk, whose size cannot be limited. Leave out the limit of TMP_SIZE.");
        }
        ResourceLimits.Builder builder = wanted.toBuilder();
        atMost(builder, wanted, Resource.MEMORY, limits.memoryBytes());
        atMost(builder, wanted, Resource.PROCESSES, limits.processes());
        atMost(builder, wanted, Resource.FILE_SIZE, limits.fileBytes());
        return builder.build();
    }

    private void atMost(ResourceLimits.Builder builder, ResourceLimits wanted, Resource resource, long most) {
        Map<Resource, ResourceLimits.Limit> map = wanted.asMap();
        ResourceLimits.Limit limit = map.get(resource);
        if (most == Long.MAX_VALUE) {
            return;
        }
        if (limit == null || limit.amount() > most) {
            Enforcement enforcement = limit == null ? limits.enforcement() : limit.enforcement();
            builder.limit(resource, most, enforcement);
        }
    }
}
