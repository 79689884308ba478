package org.sandbox4j.local.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Termination;
import org.sandbox4j.local.host.FailedStep;
import org.sandbox4j.local.launch.ControlChannel;
import org.sandbox4j.local.launch.HostExit;
import org.sandbox4j.local.launch.InitMessage;
import org.sandbox4j.local.launch.LaunchedProcess;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.ProcessWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One launched command under supervision. A worker waits for it from start to end, so the thread that started it may end.
 * The result is complete only when no process of the sandbox is left and everything is cleaned up. Thread-safe.
 */
public final class SandboxRun {
    /** Why a run ended that did not end by itself. */
    public enum Stop {
        /** Somebody asked for it. */
        KILLED,
        /** Its time was up. */
        TIMED_OUT,
        /** It exceeded a limit. */
        LIMIT_EXCEEDED,
        /** The thread that waited for it was interrupted. */
        INTERRUPTED,
        /** The sandbox was closed, or the JVM is going down. */
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(SandboxRun.class);

    /** A pipe holds that much at least, so writing it never waits, pipe(7). */
    private static final int PIPE_CAPACITY = 64 * 1024;

    private static final long HARD_KILL_DELAY = TimeUnit.SECONDS.toNanos(2);
    private static final int SIGKILL = 9;

    /** Longer than any machine runs, and short enough for the timer to count. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(36500);

    private final RunRequest request;
    private final RunStreams streams;
    private final LaunchedProcess process;
    private final boolean foreground;
    private final long startedAt = System.nanoTime();
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicReference<@Nullable Resource> exceeded = new AtomicReference<>();
    private final LimitWatch limitWatch;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<SandboxResult> result = new CompletableFuture<>();
    /** Written and read by the supervising thread alone. */
    private @Nullable InitMessage last;

    private boolean executed;
    private boolean cleanedUp;
    private volatile @Nullable Future<?> timeout;
    private volatile @Nullable Future<?> wallTime;
    private volatile @Nullable Future<?> hardKill;

    private SandboxRun(RunRequest request, RunStreams streams, LaunchedProcess process, boolean foreground) {
        this.foreground = foreground;
        this.request = request;
        this.streams = streams;
        this.process = process;
        limitWatch = new LimitWatch(request.limits(), this::exceed);
    }

    /**
     * Launches a command and supervises it in a worker. The clean-up of the request is done here when this fails, later
     * otherwise.
     *
     * @throws SandboxSetupException if there is no process, thread or descriptor for it
     */
    public static SandboxRun launch(Launcher launcher, RunRequest request, RunStreams streams) {
        return launch(launcher, request, streams, false);
    }

    /**
     * Launches a command for a caller who calls {@link #awaitOrStop()} at once. Where that is possible the caller's thread
     * then supervises it, which saves the time to wake others.
     *
     * @throws SandboxSetupException if there is no process, thread or descriptor for it
     */
    public static SandboxRun launchForeground(Launcher launcher, RunRequest request, RunStreams streams) {
        return launch(launcher, request, streams, launcher.watchesInOneThread() && !CurrentThread.isVirtual());
    }

    private static SandboxRun launch(Launcher launcher, RunRequest request, RunStreams streams, boolean foreground) {
        LaunchedProcess process;
        byte[] payload;
        try {
            payload = request.launch().payload().encode();
            process = foreground ? launcher.launchHere(request.launch()) : launcher.launch(request.launch());
        } catch (RuntimeException | Error e) {
            streams.finish();
            request.limits().close();
            request.watcher().ended(RunRequest.Ending.NEVER_RAN);
            throw e;
        }
        SandboxRun run = new SandboxRun(request, streams, process, foreground);
        run.begin(payload);
        return run;
    }

    /**
     * Waits for the result. An interrupt stops the run; nothing is left of it when this throws.
     *
     * @throws SandboxException if the command was not executed
     */
    public SandboxResult awaitOrStop() throws InterruptedException {
        if (foreground) {
            supervise(new InterruptStop(this));
        } else {
            try {
                result.handle((ready, failure) -> failure).get();
            } catch (InterruptedException e) {
                stop(Stop.INTERRUPTED);
                awaitEnd();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        if (stop.get() == Stop.INTERRUPTED) {
            boolean unused = Thread.interrupted();
            throw new InterruptedException("'" + request.name() + "' was stopped");
        }
        return unwrapped(result);
    }

    /** Waits until the command has been executed, or has turned out not to be. */
    public void awaitStart() {
        unwrapped(started);
    }

    /** Returns the result; completed with a {@link SandboxException} when the command was not executed. */
    public CompletableFuture<SandboxResult> result() {
        return result;
    }

    /** Waits for the result. */
    public SandboxResult await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw asException(e.getCause());
        }
    }

    /** Waits, also through interrupts, which are remembered, until nothing of the run is left. */
    public void awaitEnd() {
        result.handle((ready, failure) -> ready).join();
    }

    /** Tells whether it was stopped for this reason before the command could end. Only after the result. */
    public boolean wasStopped(Stop why) {
        return stop.get() == why && !(last instanceof InitMessage.Ended);
    }

    /** Returns the command's standard output, for a caller that has it as a pipe. */
    public InputStream stdout() {
        return new BudgetedInput(process.stdout(), streams.budget());
    }

    /** Returns the command's standard error, for a caller that has it as a pipe. */
    public InputStream stderr() {
        return new BudgetedInput(process.stderr(), streams.budget());
    }

    /** Tells whether the command has a terminal. */
    public boolean hasTerminal() {
        return streams.terminal().isPresent();
    }

    /** Returns the streams and orders of the process. */
    public LaunchedProcess process() {
        return process;
    }

    /** Ends every process of the sandbox. The first reason given counts; a run that has ended stays as it ended. */
    public void stop(Stop why) {
        if (result.isDone() || !stop.compareAndSet(null, why)) {
            return;
        }
        if (!process.control().endSandbox()) {
            process.killHard();
        }
        // The init program ends at once; should it be unable to, for example frozen, signals are sent from outside.
        try {
            hardKill = Workers.later(this::killHardUnlessEnded, HARD_KILL_DELAY);
        } catch (SandboxSetupException e) {
            LOG.debug("{}: no thread to kill later, so now", request.name());
            process.killHard();
        }
    }

    private void killHardUnlessEnded() {
        if (!result.isDone()) {
            Workers.start(process::killHard);
        }
    }

    private void begin(byte[] payload) {
        try {
            streams.budget().onExceeded(() -> exceed(Resource.OUTPUT));
            request.limits().watch(process.pid());
            streams.feed(process);
            sendPayload(payload);
            request.timeout()
                    .ifPresent(limit -> timeout = Workers.later(() -> stop(Stop.TIMED_OUT), nanoseconds(limit)));
            request.limits()
                    .plan()
                    .time(Resource.WALL_TIME)
                    .ifPresent(limit -> wallTime = Workers.later(() -> exceed(Resource.WALL_TIME), nanoseconds(limit)));
            limitWatch.start();
            if (!foreground) {
                Workers.start(() -> supervise(ProcessWatch.Waiting.PLAIN));
            }
        } catch (RuntimeException | Error e) {
            process.control().endSandbox();
            process.killHard();
            process.awaitExit();
            closeStreams();
            cleanUp();
            throw e;
        }
    }

    /** Ends the run for a limit; tells whether that is, or was, the reason of its end. */
    private boolean exceed(Resource which) {
        if (result.isDone()) {
            return exceeded.get() == which;
        }
        exceeded.compareAndSet(null, which);
        stop(Stop.LIMIT_EXCEEDED);
        return stop.get() == Stop.LIMIT_EXCEEDED && exceeded.get() == which;
    }

    private static long nanoseconds(Duration limit) {
        return limit.compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT.toNanos() : limit.toNanos();
    }

    /** Closes the command's streams, for a caller that has them as pipes. */
    public void closeStreams() {
        closeQuietly(process.stdin());
        closeQuietly(process.stdout());
        closeQuietly(process.stderr());
    }

    private void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("{}: {}", request.name(), e.toString());
        }
    }

    private void sendPayload(byte[] payload) {
        ControlChannel control = process.control();
        if (payload.length <= PIPE_CAPACITY) {
            control.writePayload(payload);
        } else {
            Workers.start(() -> control.writePayload(payload));
        }
    }

    private void supervise(ProcessWatch.Waiting waiting) {
        try {
            process.watch(new ProcessWatch(
                    this::receive,
                    streams.stdout(),
                    streams.stderr(),
                    streams.terminalOutput(),
                    waiting,
                    Workers::start));
            finish(process.awaitExit());
        } catch (SandboxException e) {
            finishFailed(e);
        } catch (IOException | RuntimeException | Error e) {
            finishFailed(new SandboxException(
                    "supervision-failed",
                    "Lost track of '" + request.name() + "': " + e + ". Everything of its sandbox has been killed.",
                    e));
        }
    }

    private void receive(InitMessage message) {
        if (message instanceof InitMessage.Started) {
            executed = true;
            request.watcher().isSetUp();
            started.complete(null);
        } else {
            last = message;
            streams.stopInput();
        }
    }

    private void finish(HostExit exit) {
        String diagnostics = process.diagnostics();
        limitWatch.stop();
        Optional<Resource> hit = hit();
        ResourceUsage usage = request.limits().measured(usage(exit));
        @Nullable StreamFailure streamFailure = cleanUp();
        LOG.debug("{}: ended, init program {}, host process {}", request.name(), last, exit.description());
        if (last instanceof InitMessage.Ended ended) {
            // The command was faster than a stop that came at the same time.
            finishEnded(
                    result(hit.<Termination>map(Termination.LimitExceeded::new).orElse(termination(ended)), usage),
                    streamFailure);
        } else if (stop.get() != null) {
            complete(result(stoppedTermination(), usage));
        } else if (hit.isPresent()) {
            complete(result(new Termination.LimitExceeded(hit.get()), usage));
        } else if (last instanceof InitMessage.Failed failed) {
            fail(InitFailures.explain(request.program(), failed));
        } else if (executed) {
            fail(new SandboxException(
                    "sandbox-lost",
                    "'" + request.name() + "' was lost: its sandbox was killed from outside (" + exit.description()
                            + "), perhaps for lack of memory. See the kernel's log. What it changed has been thrown away, unless it"
                            + " wrote the root in place. " + FailedStep.translated(diagnostics.strip())));
        } else {
            fail(setupFailure(diagnostics.strip(), exit));
        }
    }

    private SandboxException setupFailure(String diagnostics, HostExit exit) {
        return StageFailures.explain(diagnostics)
                .<SandboxException>map(failure -> failure)
                .orElseGet(() -> request.isolator().setupFailure(diagnostics, exit.description()));
    }

    private void finishEnded(SandboxResult ready, @Nullable StreamFailure streamFailure) {
        if (streamFailure == null) {
            complete(ready);
        } else {
            fail(streamFailure.after(request.name().toString(), ready.termination()));
        }
    }

    private void finishFailed(SandboxException failure) {
        process.control().endSandbox();
        process.killHard();
        process.awaitExit();
        try {
            cleanUp();
        } catch (SandboxException e) {
            failure.addSuppressed(e);
        }
        fail(failure);
    }

    private @Nullable StreamFailure cleanUp() {
        if (cleanedUp) {
            return null;
        }
        cleanedUp = true;
        limitWatch.stop();
        if (streams.feedsInput()) {
            // Its source may never end, and would keep the pipe open.
            closeQuietly(process.stdin());
        }
        cancel(timeout);
        cancel(wallTime);
        cancel(hardKill);
        process.release();
        @Nullable StreamFailure streamFailure = streams.finish();
        RunRequest.Ending ending = ending();
        request.limits().close();
        request.watcher().ended(ending);
        return streamFailure;
    }

    /** What was stopped before it told of its start may have run all the same. */
    private RunRequest.Ending ending() {
        if (last instanceof InitMessage.Ended ended) {
            return termination(ended).succeeded() ? RunRequest.Ending.SUCCEEDED : RunRequest.Ending.FAILED;
        }
        if (last instanceof InitMessage.Failed || (!executed && stop.get() == null)) {
            return RunRequest.Ending.NEVER_RAN;
        }
        return stop.get() == null && hit().isEmpty() ? RunRequest.Ending.LOST : RunRequest.Ending.FAILED;
    }

    private static void cancel(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }

    private SandboxResult result(Termination termination, ResourceUsage usage) {
        return SandboxResult.of(termination, streams.capturedStdout(), streams.capturedStderr(), usage)
                .withUnenforced(request.limits().plan().unenforced());
    }

    /** Too much output counts even when the command was faster than its end for it. */
    private Optional<Resource> hit() {
        if (exceeded.get() == Resource.OUTPUT) {
            return Optional.of(Resource.OUTPUT);
        }
        return last instanceof InitMessage.Ended ended
                ? request.limits().hitBy(termination(ended), ended.usedUp())
                : request.limits().brokenBy();
    }

    private ResourceUsage usage(HostExit exit) {
        if (last instanceof InitMessage.Ended ended) {
            return new ResourceUsage(
                    ended.wall(),
                    Optional.of(ended.user()),
                    Optional.of(ended.system()),
                    OptionalLong.of(ended.peakMemory()));
        }
        return new ResourceUsage(
                Duration.ofNanos(System.nanoTime() - startedAt), exit.user(), exit.system(), OptionalLong.empty());
    }

    private Termination stoppedTermination() {
        Resource limit = exceeded.get();
        if (stop.get() == Stop.LIMIT_EXCEEDED && limit != null) {
            return new Termination.LimitExceeded(limit);
        }
        return stop.get() == Stop.TIMED_OUT
                ? new Termination.TimedOut(request.timeout().orElseThrow())
                : new Termination.Signalled(SIGKILL);
    }

    private static Termination termination(InitMessage.Ended ended) {
        return ended.exited() ? new Termination.Exited(ended.exitCode()) : new Termination.Signalled(ended.signal());
    }

    private void complete(SandboxResult ready) {
        result.complete(ready);
        started.complete(null);
    }

    private void fail(SandboxException failure) {
        result.completeExceptionally(failure);
        started.completeExceptionally(failure);
    }

    private static <T> T unwrapped(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw asException(e.getCause());
        }
    }

    /** Wrapped anew, so that the trace shows the caller who waits, and the cause the worker that found out. */
    private static RuntimeException asException(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        return new SandboxException("supervision-failed", "Lost track of a command: " + cause + ".", cause);
    }
}
