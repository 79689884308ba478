package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.spi.DetachedThread;

/** One request with its commands, from the comparison of the trees until the changes are here. A thread of its own does it. */
final class RemoteRun {
    private static final int SIGKILL = 9;

    private final String name;
    private final RemoteTree tree;
    private final RunTransport transport;
    private final RootSettings settings;
    private final List<RemoteCommand> commands;
    private final List<Outputs> outputs = new ArrayList<>();
    private final List<Optional<InputSource>> inputs = new ArrayList<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final CompletableFuture<List<SandboxResult>> result = new CompletableFuture<>();
    // Guarded by this.
    private RunTransport.@Nullable Carriage carriage;
    private boolean stopped;

    /** Where the two streams of a command go; the second is the first if they make one. */
    private record Outputs(OutputTarget stdout, OutputTarget stderr) {}

    private RemoteRun(
            String name, RemoteTree tree, RunTransport transport, RootSettings settings, List<RemoteCommand> commands) {
        this.name = name;
        this.tree = tree;
        this.transport = transport;
        this.settings = settings;
        this.commands = commands;
    }

    /**
     * Opens the targets of output, then begins.
     *
     * @param name of the thread
     * @param settings of the sandbox on the server
     * @param commands what the caller wants
     * @param onServer the same commands as the server gets them
     * @throws SandboxSetupException if output cannot be written
     */
    static RemoteRun begin(
            String name,
            RemoteTree tree,
            RunTransport transport,
            RootSettings settings,
            List<RemoteCommand> commands,
            List<SandboxCommand> onServer) {
        RemoteRun run = new RemoteRun(name, tree, transport, settings, commands);
        run.openStreams();
        RootRequest request = new RootRequest(onServer, settings, Optional.empty(), List.of(), false);
        DetachedThread.daemon(() -> run.work(request), name).start();
        return run;
    }

    private void openStreams() {
        try {
            for (RemoteCommand command : commands) {
                inputs.add(
                        command.isFedWhileItRuns() ? Optional.of(InputSource.open(command.stdin())) : Optional.empty());
            }
            for (RemoteCommand command : commands) {
                OutputTarget stdout = OutputTarget.open(command.stdout(), StandardStreams.output());
                outputs.add(new Outputs(stdout, stdout));
                if (!command.isMerged()) {
                    OutputTarget stderr = OutputTarget.open(command.stderr(), StandardStreams.error());
                    outputs.set(outputs.size() - 1, new Outputs(stdout, stderr));
                }
            }
        } catch (RuntimeException e) {
            finishStreams();
            throw e;
        }
    }

    private void work(RootRequest request) {
        try {
            List<SandboxResult> results = results(carried(request));
            started.complete(true);
            result.complete(results);
        } catch (InterruptedException e) {
            fail(new SandboxException(
                    "supervision-failed", "Lost track of '" + name + "': its thread was interrupted.", e));
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            // Whatever an incomplete result would be waited for.
            finishStreams();
        }
    }

    private void fail(Throwable failure) {
        @Nullable StreamFailure unused = finishStreams();
        result.completeExceptionally(failure);
        started.completeExceptionally(failure);
    }

    /** In a thread of its own, which ends with the source, or as soon as the source gives anything after the command. */
    private void feed(int command) {
        if (command < 0 || command >= inputs.size() || inputs.get(command).isEmpty()) {
            return;
        }
        InputSource source = inputs.get(command).get();
        CommandInput input = new CommandInput(control());
        DetachedThread.daemon(() -> source.feed(input), name + " input").start();
    }

    /** Reaches the command that runs. */
    synchronized CommandControl control() {
        if (carriage == null) {
            throw new IllegalStateException("Nothing has been started.");
        }
        return carriage.control();
    }

    private RootResponse carried(RootRequest request) throws InterruptedException {
        RemoteTree.Start first = tree.start();
        try {
            return carried(request, first);
        } catch (EnvironmentNotFoundException e) {
            if (first.base().isEmpty()) {
                throw e;
            }
            tree.forget(first);
        } finally {
            tree.end(first);
        }
        RemoteTree.Start second = tree.start();
        try {
            return carried(request, second);
        } finally {
            tree.end(second);
        }
    }

    private RootResponse carried(RootRequest request, RemoteTree.Start start) throws InterruptedException {
        RunPlaces places = places();
        Writable writable = places.writable();
        RootResponse response;
        try {
            RootRequest complete = new RootRequest(
                    request.commands(),
                    settings,
                    start.environment(),
                    start.deleted(),
                    !writable.isNowhere() || !start.isUnchanged());
            response =
                    ready(transport.prepare(complete, start.upload(), places)).carry(new Sink());
        } finally {
            start.upload().ifPresent(RemoteRun::remove);
        }
        if (isRolledBack(response)) {
            tree.discard(response);
        } else {
            tree.takeOver(start, response, writable);
        }
        return response;
    }

    private boolean isRolledBack(RootResponse response) {
        boolean succeeded =
                response.failure().isEmpty() && response.results().stream().allMatch(SandboxResult::succeeded);
        return commands.size() == 1 && commands.get(0).command().rollsBackOnFailure() && !succeeded;
    }

    private RunPlaces places() {
        boolean everywhere = commands.stream().anyMatch(RemoteCommand::writesRoot);
        List<String> places = new ArrayList<>();
        List<String> made = new ArrayList<>();
        List<String> workDirectories = new ArrayList<>();
        try {
            for (String mark : settings.marks()) {
                RootPaths.resolve(tree.root(), mark).ifPresent(places::add);
            }
            for (RemoteCommand command : commands) {
                Optional<String> resolved = RootPaths.resolve(tree.root(), command.workDirectory());
                workDirectories.add(resolved.orElse("." + command.workDirectory()));
                resolved.filter(path -> !RootPaths.isDirectory(tree.root(), path))
                        .ifPresent(made::add);
            }
        } catch (IOException e) {
            throw new SandboxSetupException("Cannot look at the root '" + tree.root() + "': " + e + ".", e);
        }
        return new RunPlaces(new Writable(everywhere, places, made), workDirectories);
    }

    /** One that was stopped before does not begin. */
    private synchronized RunTransport.Carriage ready(RunTransport.Carriage next) {
        carriage = next;
        if (stopped) {
            next.cancel();
        }
        return next;
    }

    private static void remove(Path upload) {
        try {
            Files.deleteIfExists(upload);
        } catch (IOException e) {
            // It goes with the scratch directory.
        }
    }

    private final class Sink implements RunTransport.Listener {
        @Override
        public void started(int command) {
            feed(command);
            RemoteRun.this.started.complete(true);
        }

        @Override
        public void output(int command, boolean error, byte[] bytes) {
            RemoteRun.this.started.complete(true);
            if (command >= 0 && command < outputs.size()) {
                Outputs targets = outputs.get(command);
                (error ? targets.stderr : targets.stdout).take(bytes);
            }
        }
    }

    private List<SandboxResult> results(RootResponse response) {
        @Nullable StreamFailure failure = finishStreams();
        if (response.failure().isPresent()) {
            int failed = Math.min(response.results().size(), commands.size() - 1);
            throw RunFailures.exception(
                    response.failure().get(),
                    commands.get(failed).command().arguments().get(0));
        }
        if (response.results().isEmpty() || response.results().size() > commands.size()) {
            throw new ServerException(
                    "bad-answer",
                    RunState.HAS_RUN,
                    200,
                    "The server gave " + response.results().size() + " results for " + commands.size() + " commands.",
                    null);
        }
        List<SandboxResult> results = new ArrayList<>();
        for (SandboxResult one : response.results()) {
            results.add(withOutputs(one, results.size()));
        }
        if (failure != null) {
            int last = results.size() - 1;
            throw failure.after(
                    commands.get(last).command().toString(), results.get(last).termination());
        }
        return List.copyOf(results);
    }

    private SandboxResult withOutputs(SandboxResult onServer, int index) {
        Outputs targets = outputs.get(index);
        return SandboxResult.of(
                        onServer.termination(),
                        targets.stdout.captured(),
                        targets.stderr == targets.stdout ? CapturedOutput.none() : targets.stderr.captured(),
                        onServer.usage())
                .withUnenforced(onServer.unenforced());
    }

    /** Closes what was opened, and returns the first failure: of an input, or else to write output. */
    private @Nullable StreamFailure finishStreams() {
        inputs.forEach(input -> input.ifPresent(InputSource::finish));
        @Nullable
        StreamFailure first = inputs.stream()
                .flatMap(Optional::stream)
                .flatMap(input -> Stream.ofNullable(input.failure()))
                .map(StreamFailure::ofInput)
                .findFirst()
                .orElse(null);
        for (Outputs targets : outputs) {
            @Nullable Throwable one = targets.stdout.finish();
            @Nullable Throwable other = targets.stderr == targets.stdout ? null : targets.stderr.finish();
            if (first == null && one != null) {
                first = new StreamFailure("stdout", one);
            } else if (first == null && other != null) {
                first = new StreamFailure("stderr", other);
            }
        }
        return first;
    }

    /** Kills what runs, and lets nothing start any more. */
    void stop() {
        RunTransport.@Nullable Carriage running;
        synchronized (this) {
            stopped = true;
            running = carriage;
        }
        outputs.forEach(targets -> {
            targets.stdout.stopWaiting();
            targets.stderr.stopWaiting();
        });
        if (running != null) {
            running.cancel();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    OutputTarget stdout() {
        return outputs.get(0).stdout;
    }

    OutputTarget stderr() {
        return outputs.get(0).stderr;
    }

    boolean isMerged() {
        return outputs.get(0).stderr == outputs.get(0).stdout;
    }

    CompletableFuture<List<SandboxResult>> result() {
        return result;
    }

    /** Waits until the first command has started, or cannot. */
    void awaitStart() {
        try {
            boolean unused = started.get();
        } catch (InterruptedException e) {
            stop();
            awaitEnd();
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", "'" + name + "' was killed: its caller was interrupted.", e);
        } catch (ExecutionException e) {
            throw known(e.getCause());
        }
    }

    /** Waits for the end. An interrupt kills everything first. */
    List<SandboxResult> awaitOrStop() throws InterruptedException {
        try {
            return await();
        } catch (InterruptedException e) {
            stop();
            awaitEnd();
            throw e;
        }
    }

    List<SandboxResult> await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (isStopped()
                    && e.getCause() instanceof SandboxException failure
                    && failure.reason().equals("cancelled")) {
                return List.of(killed());
            }
            throw known(e.getCause());
        }
    }

    /** What was stopped before it began is like what was killed at once. */
    private static SandboxResult killed() {
        return SandboxResult.of(
                new Termination.Signalled(SIGKILL),
                CapturedOutput.none(),
                CapturedOutput.none(),
                ResourceUsage.ofWall(Duration.ZERO));
    }

    /** Waits for the end, whatever happens to this thread. */
    void awaitEnd() {
        boolean interrupted = false;
        while (!result.isDone()) {
            try {
                result.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                break; // Told to whoever waits for the result.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static RuntimeException known(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known
                ? known
                : new SandboxException("supervision-failed", "Lost track of a command: " + failure + ".", failure);
    }
}
