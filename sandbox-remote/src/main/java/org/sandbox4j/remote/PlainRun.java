package org.sandbox4j.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.ShellResult;
import org.sandbox4j.protocol.archive.ArchiveWriter;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.spi.files.TreeRemoval;

/** One request of a sandbox to a plain server. */
final class PlainRun implements RunTransport.Carriage {
    /** Longer than any budget of a server, which cuts it. */
    private static final Duration AS_LONG_AS_POSSIBLE = Duration.ofDays(1);

    private static final int ATTEMPTS = 5;

    /** An exit code that servers make up. */
    private static final int NOT_STARTED = 126;

    /** The exit code of the program if it failed after it had run commands. */
    private static final int FAILED_LATER = 71;

    private static final Pattern TIMEOUT = Pattern.compile("timed out after (\\d{1,9}(?:\\.\\d{1,9})?)");

    private final SandboxClient client;
    private final String control;
    private final BiConsumer<UUID, Integer> layers;
    private final RootRequest request;
    private final Optional<Path> upload;
    private final RunPlaces places;
    private final Duration budget;
    private final Path directory;
    // Guarded by this.
    private @Nullable CompletableFuture<ExecuteResponse> call;
    private boolean cancelled;
    private volatile PlainInput input = new PlainInput(null);

    /**
     * Prepares a run.
     *
     * @param directory a place of its own for what is to be uploaded
     * @param control name of the directory of the environment with what is not the tree's
     * @param budget what the server gives the commands of a request, with what has to be done before and after them
     * @param layers learns which layer of an environment has the changes
     */
    PlainRun(
            SandboxClient client,
            Path directory,
            String control,
            RootRequest request,
            Optional<Path> upload,
            RunPlaces places,
            Duration budget,
            BiConsumer<UUID, Integer> layers) {
        this.client = client;
        this.directory = directory;
        this.control = control;
        this.request = request;
        this.upload = upload;
        this.places = places;
        this.budget = budget;
        this.layers = layers;
    }

    @Override
    public RootResponse carry(RunTransport.Listener listener) throws InterruptedException {
        try {
            collectInputs(listener);
            return response(execute(listener), listener);
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot prepare a run for " + client.server() + " in '" + directory + "': " + e
                            + ". Make room there.",
                    e);
        } finally {
            removeFiles();
        }
    }

    private void removeFiles() {
        try {
            TreeRemoval.remove(directory);
        } catch (IOException e) {
            // It goes with the scratch directory.
        }
    }

    /** Plain servers take no input while commands run, so it is read before. */
    private void collectInputs(RunTransport.Listener listener) throws IOException, InterruptedException {
        if (request.commands().stream()
                .anyMatch(command -> command.stdin().orElse(Stdio.discard()) instanceof Stdio.Pipe)) {
            // Nobody could give the same input again.
            requireEnvironment();
        }
        for (int i = 0; i < request.commands().size(); i++) {
            Stdio stdin = request.commands().get(i).stdin().orElse(Stdio.discard());
            if (!PlainRequest.isFile(request.commands().get(i))) {
                continue;
            }
            try (OutputStream file = Files.newOutputStream(file(PlainRequest.inputName(i)))) {
                if (stdin instanceof Stdio.Bytes bytes) {
                    file.write(bytes.content());
                } else {
                    PlainInput next = next(file);
                    listener.started(i);
                    next.awaitEnd();
                    requireNotCancelled();
                }
            }
        }
    }

    private synchronized PlainInput next(OutputStream file) {
        requireNotCancelled();
        input = new PlainInput(file);
        return input;
    }

    private synchronized void requireNotCancelled() {
        if (cancelled) {
            throw cancelledNow();
        }
    }

    private void requireEnvironment() throws InterruptedException {
        UUID base = request.environment().orElse(null);
        if (base != null && client.environmentSize(base).isEmpty()) {
            throw new EnvironmentNotFoundException(
                    "The server " + client.server() + " does not have the environment " + base + ".");
        }
    }

    private Path file(String name) throws IOException {
        return Files.createDirectories(directory.resolve(control)).resolve(name);
    }

    private ExecuteResponse execute(RunTransport.Listener listener) throws IOException, InterruptedException {
        if (upload.isPresent()) {
            Files.move(upload.get(), file("next.tgz"));
        }
        if (!request.deleted().isEmpty()) {
            try (OutputStream out = Files.newOutputStream(file("next.deleted"))) {
                DeletionList.write(request.deleted(), out);
            }
        }
        String text = PlainRequest.of(request, places, budget);
        Optional<String> line = PlainScript.with(control, text);
        if (line.isEmpty()) {
            Files.writeString(file("request"), text);
        }
        ExecuteRequest.Builder execute = ExecuteRequest.builder()
                .command(ShellCommand.of(line.orElseGet(() -> PlainScript.without(control)))
                        .withTimeout(AS_LONG_AS_POSSIBLE))
                .resultPath(control + "/answer")
                .save(request.save());
        request.environment().ifPresent(execute::environment);
        Optional<Path> archive = Files.exists(directory) ? Optional.of(archive()) : Optional.empty();
        listener.started(0);
        try {
            return send(execute.build(), archive.map(Upload::of));
        } finally {
            if (archive.isPresent()) {
                Files.delete(archive.get());
            }
        }
    }

    private Path archive() throws IOException {
        Path archive = directory.resolveSibling(directory.getFileName() + ".tgz");
        try (OutputStream out = Files.newOutputStream(archive)) {
            ArchiveWriter.create().write(directory, out);
        }
        return archive;
    }

    /** A container that was stopping has not run anything, whatever the protocol says of it: no output of ours is like that. */
    private ExecuteResponse send(ExecuteRequest execute, Optional<Upload> archive) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            ServerException failure;
            try {
                ExecuteResponse response = await(begin(execute, archive));
                if (!isSilentFailure(response.execution().get(0))) {
                    return response;
                }
                failure = failed(
                        "not-started",
                        RunState.NOT_RUN,
                        "the command was not started: its exit code is 126 and there is no output. Its container was"
                                + " stopping or starting; try again");
            } catch (CommandNotStartedException e) {
                failure = new ServerException("not-started", RunState.NOT_RUN, 200, String.valueOf(e.getMessage()), e);
            }
            if (attempt == ATTEMPTS) {
                throw failure;
            }
            pause(client.backoff().wait(attempt, Optional.empty(), ThreadLocalRandom.current()));
        }
    }

    /** The shell says why it cannot start the program. */
    private static boolean isSilentFailure(ShellResult shell) {
        return shell.exitCode() == NOT_STARTED
                && shell.stdout().isEmpty()
                && shell.stderr().isEmpty();
    }

    private synchronized void pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long rest = time.toNanos(); rest > 0 && !cancelled; rest = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
    }

    private synchronized CompletableFuture<ExecuteResponse> begin(ExecuteRequest execute, Optional<Upload> archive) {
        requireNotCancelled();
        CompletableFuture<ExecuteResponse> begun =
                archive.isPresent() ? client.executeAsync(execute, archive.get()) : client.executeAsync(execute);
        call = begun;
        return begun;
    }

    private ExecuteResponse await(CompletableFuture<ExecuteResponse> begun) throws InterruptedException {
        try {
            return begun.get();
        } catch (CancellationException e) {
            throw cancelledNow();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private SandboxException cancelledNow() {
        return new SandboxException(
                "cancelled", "The run was ended. Commands on a plain server may go on until their time there is up.");
    }

    private RootResponse response(ExecuteResponse response, RunTransport.Listener listener)
            throws IOException, InterruptedException {
        ShellResult shell = response.execution().get(0);
        if (shell.isTimedOut()) {
            return timedOut(shell);
        } else if (shell.isUnknown()) {
            throw failed(
                    "result-unknown",
                    RunState.MAY_HAVE_RUN,
                    "the server lost the result; its container may have been gone");
        } else if (shell.exitCode() == FAILED_LATER) {
            throw failed(
                    "changes-lost",
                    RunState.HAS_RUN,
                    "what commands changed could not be packed there; all of it must be readable: " + shell.stderr());
        } else if (shell.exitCode() != 0 || response.result().isEmpty()) {
            throw failed(
                    "plain-server",
                    RunState.MAY_HAVE_RUN,
                    "the program that runs commands there, which needs perl, tar, gzip and find, ended with "
                            + shell.exitCode() + ": " + shell.stderr() + shell.stdout());
        }
        PlainAnswer answer = parsed(response);
        Optional<UUID> saved = response.environment().map(SavedEnvironment::id);
        if (request.save() && saved.isEmpty()) {
            throw failed("bad-answer", RunState.HAS_RUN, "it kept no environment");
        }
        for (PlainAnswer.Output output : answer.outputs()) {
            pass(output, saved, listener);
        }
        if (answer.lost().isPresent()) {
            throw failed(answer.lost().get() + "-lost", RunState.HAS_RUN, lost(answer, shell));
        }
        if (answer.layer().isPresent()) {
            layers.accept(saved.orElseThrow(this::nothingSaved), answer.layer().getAsInt());
        }
        return new RootResponse(
                answer.results(),
                answer.failure(),
                isKept(answer) ? response.environment() : Optional.empty(),
                isKept(answer) ? Optional.of(answer.changes()) : Optional.empty());
    }

    private boolean isKept(PlainAnswer answer) {
        return request.save() && answer.isKept();
    }

    private ServerException nothingSaved() {
        return failed("bad-answer", RunState.HAS_RUN, "it has files of an environment that was not to be kept");
    }

    private String lost(PlainAnswer answer, ShellResult shell) {
        return answer.lost().equals(Optional.of("output"))
                ? "a command that can change nothing wrote more than the 24 MiB that fit into an answer; let it write to a file"
                        + " below a marked directory"
                : "what commands changed could not be packed there within the " + budget.toMillis()
                        + " ms that the server gives; they ended with " + answer.results() + " " + shell.stderr();
    }

    private PlainAnswer parsed(ExecuteResponse response) {
        try {
            return PlainAnswer.parse(response.result().orElseThrow(), request.commands(), budget);
        } catch (IllegalArgumentException e) {
            throw failed("bad-answer", RunState.HAS_RUN, "the answer is none: " + e.getMessage());
        }
    }

    private void pass(PlainAnswer.Output output, Optional<UUID> saved, RunTransport.Listener listener)
            throws IOException, InterruptedException {
        if (output.bytes().isPresent()) {
            listener.output(output.command(), output.error(), output.bytes().get());
            return;
        }
        OutputStream target = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                listener.output(output.command(), output.error(), Arrays.copyOfRange(bytes, offset, offset + length));
            }
        };
        long unused = client.downloadFile(
                saved.orElseThrow(this::nothingSaved),
                control + "/" + output.file().orElseThrow(),
                Channels.newChannel(target));
    }

    /** The server's own limit, by which everything is lost: the tree here is as before. */
    private RootResponse timedOut(ShellResult shell) {
        if (request.commands().size() > 1) {
            throw failed(
                    "server-timeout",
                    RunState.HAS_RUN,
                    "the commands took longer than the server permits: "
                            + shell.stderr().strip());
        }
        Matcher seconds = TIMEOUT.matcher(shell.stderr());
        Duration limit = seconds.find()
                ? Duration.ofMillis(Math.round(Double.parseDouble(seconds.group(1)) * 1000))
                : shell.time();
        SandboxResult result = SandboxResult.of(
                new Termination.TimedOut(limit),
                CapturedOutput.none(),
                CapturedOutput.none(),
                ResourceUsage.ofWall(shell.time()));
        return new RootResponse(List.of(result), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private ServerException failed(String reason, RunState state, String what) {
        return new ServerException(reason, state, 200, "POST " + client.server() + "execute/: " + what + ".", null);
    }

    @Override
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
        if (call != null) {
            call.cancel(true);
        }
        input.end();
    }

    @Override
    public CommandControl control() {
        return input;
    }
}
