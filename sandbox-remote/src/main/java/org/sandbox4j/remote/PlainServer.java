package org.sandbox4j.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
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
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.ShellResult;
import org.sandbox4j.protocol.archive.ArchiveWriter;
import org.sandbox4j.protocol.tree.DeletionList;
import org.sandbox4j.protocol.tree.Trees;

/**
 * Runs commands on a server that knows nothing but the plain protocol, in its own image with the tree as home directory.
 *
 * <p>What the server keeps as an environment is one directory with layers: archives of the tree and of its changes, and lists of
 * what is gone. A program that goes along with each request makes the tree of them, runs the commands, and puts into the
 * directory what they changed and wrote. So nothing of the tree ever has to be merged by the server, which cannot delete, nor
 * merge what has links that lead nowhere.
 */
final class PlainServer implements RunTransport, SavedTrees {
    /** Longer than any budget of a server, which cuts it. */
    private static final Duration AS_LONG_AS_POSSIBLE = Duration.ofDays(1);

    private static final int ATTEMPTS = 5;
    private static final Pattern TIMEOUT = Pattern.compile("timed out after (\\d{1,9}(?:\\.\\d{1,9})?)");

    private final SandboxClient client;
    private final Path scratch;
    private final String control = ".sandbox4j-" + UUID.randomUUID().toString().substring(0, 8);
    private final Map<UUID, Integer> layers = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** The scratch directory is the sandbox's own. */
    PlainServer(SandboxClient client, Path scratch) {
        this.client = client;
        this.scratch = scratch;
    }

    @Override
    public URI server() {
        return client.server();
    }

    @Override
    public ArchiveWriter writer() {
        return ArchiveWriter.create().skippingSpecialFiles();
    }

    @Override
    public void changes(UUID environment, Path target) throws InterruptedException {
        Integer layer = layers.get(environment);
        if (layer == null) {
            throw new IllegalStateException("Nothing has been changed in " + environment + ".");
        }
        long unused = client.downloadFile(environment, control + "/layer-" + layer + ".tgz", target);
    }

    /** Plain servers keep what they have for a day. */
    @Override
    public CompletableFuture<Boolean> delete(UUID environment) {
        layers.remove(environment);
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Carriage prepare(RootRequest request, Optional<Path> upload, RunPlaces places) {
        PlainRequest.refuse(request);
        return new PlainCarriage(request, upload, places);
    }

    private final class PlainCarriage implements Carriage {
        private final RootRequest request;
        private final Optional<Path> upload;
        private final RunPlaces places;
        private final Path directory = scratch.resolve("plain-" + numbers.incrementAndGet());
        // Guarded by this.
        private @Nullable CompletableFuture<ExecuteResponse> call;
        private boolean cancelled;
        private volatile Input input = new Input(null);

        PlainCarriage(RootRequest request, Optional<Path> upload, RunPlaces places) {
            this.request = request;
            this.upload = upload;
            this.places = places;
        }

        @Override
        public RootResponse carry(Listener listener) throws InterruptedException {
            try {
                collectInputs(listener);
                return response(execute(listener), listener);
            } catch (IOException e) {
                throw new SandboxSetupException(
                        "Cannot prepare a run for " + server() + " in '" + scratch + "': " + e + ". Make room there.",
                        e);
            } finally {
                removeFiles();
            }
        }

        private void removeFiles() {
            try {
                Trees.delete(directory);
            } catch (IOException e) {
                // It goes with the scratch directory.
            }
        }

        /** Plain servers take no input while commands run, so it is read before. */
        private void collectInputs(Listener listener) throws IOException, InterruptedException {
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
                        input = new Input(file);
                        listener.started(i);
                        input.ended.await();
                    }
                }
            }
        }

        private void requireEnvironment() throws InterruptedException {
            UUID base = request.environment().orElse(null);
            if (base != null && client.environmentSize(base).isEmpty()) {
                throw new EnvironmentNotFoundException(
                        "The server " + server() + " does not have the environment " + base + ".");
            }
        }

        private Path file(String name) throws IOException {
            return Files.createDirectories(directory.resolve(control)).resolve(name);
        }

        private ExecuteResponse execute(Listener listener) throws IOException, InterruptedException {
            if (upload.isPresent()) {
                Files.move(upload.get(), file("next.tgz"));
            }
            if (!request.deleted().isEmpty()) {
                try (OutputStream out = Files.newOutputStream(file("next.deleted"))) {
                    DeletionList.write(request.deleted(), out);
                }
            }
            String text = PlainRequest.of(request, places);
            Optional<String> line = PlainScript.with(control, text);
            if (line.isEmpty()) {
                Files.writeString(file("request"), text);
            }
            ExecuteRequest.Builder execute = ExecuteRequest.builder()
                    .command(ShellCommand.of(line.orElseGet(() -> PlainScript.without(control)))
                            .withTimeout(AS_LONG_AS_POSSIBLE))
                    .resultPath(control + "/answer")
                    .save(true);
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
            Path archive = scratch.resolve(directory.getFileName() + ".tgz");
            try (OutputStream out = Files.newOutputStream(archive)) {
                ArchiveWriter.create().write(directory, out);
            }
            return archive;
        }

        /** A container that was stopping has not run anything, whatever the protocol says of it: no output of ours is like that. */
        private ExecuteResponse send(ExecuteRequest execute, Optional<Upload> archive) throws InterruptedException {
            for (int attempt = 1; ; attempt++) {
                try {
                    return await(begin(execute, archive));
                } catch (CommandNotStartedException e) {
                    if (attempt == ATTEMPTS) {
                        throw new ServerException(
                                "not-started", RunState.NOT_RUN, 200, String.valueOf(e.getMessage()), e);
                    }
                }
            }
        }

        private synchronized CompletableFuture<ExecuteResponse> begin(
                ExecuteRequest execute, Optional<Upload> archive) {
            if (cancelled) {
                throw cancelledNow();
            }
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
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e.getCause());
            }
        }

        private SandboxException cancelledNow() {
            return new SandboxException(
                    "cancelled",
                    "The run was ended. Commands on a plain server may go on until their time there is up.");
        }

        private RootResponse response(ExecuteResponse response, Listener listener)
                throws IOException, InterruptedException {
            ShellResult shell = response.execution().get(0);
            if (shell.isTimedOut()) {
                return timedOut(shell);
            } else if (shell.isUnknown()) {
                throw failed(
                        "result-unknown",
                        RunState.MAY_HAVE_RUN,
                        "the server lost the result; its container may have been gone");
            } else if (shell.exitCode() != 0 || response.result().isEmpty()) {
                throw failed(
                        "plain-server",
                        RunState.MAY_HAVE_RUN,
                        "the program that runs commands there, which needs perl, tar, gzip and find, ended with "
                                + shell.exitCode() + ": " + shell.stderr() + shell.stdout());
            }
            PlainAnswer answer = parsed(response);
            UUID saved = response.environment()
                    .orElseThrow(() -> failed("bad-answer", RunState.HAS_RUN, "it kept no environment"))
                    .id();
            for (PlainAnswer.Output output : answer.outputs()) {
                pass(output, saved, listener);
            }
            answer.layer().ifPresent(layer -> layers.put(saved, layer));
            return new RootResponse(
                    answer.results(),
                    answer.failure(),
                    answer.isKept() ? response.environment() : Optional.empty(),
                    answer.isKept() ? Optional.of(answer.changes()) : Optional.empty());
        }

        private PlainAnswer parsed(ExecuteResponse response) {
            try {
                return PlainAnswer.parse(response.result().orElseThrow(), request.commands());
            } catch (IllegalArgumentException e) {
                throw failed("bad-answer", RunState.HAS_RUN, "the answer is none: " + e.getMessage());
            }
        }

        private void pass(PlainAnswer.Output output, UUID saved, Listener listener)
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
                    listener.output(
                            output.command(), output.error(), Arrays.copyOfRange(bytes, offset, offset + length));
                }
            };
            long unused = client.downloadFile(
                    saved, control + "/" + output.file().orElseThrow(), Channels.newChannel(target));
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
            return new ServerException(reason, state, 200, "POST " + server() + "execute/: " + what + ".", null);
        }

        @Override
        public void cancel() {
            synchronized (this) {
                cancelled = true;
                if (call != null) {
                    call.cancel(true);
                }
            }
            input.ended.countDown();
        }

        @Override
        public CommandControl control() {
            return input;
        }
    }

    /** Collects what a command is to read. Nothing else reaches commands on a plain server. */
    private static final class Input implements CommandControl {
        private final @Nullable OutputStream file;
        private final CountDownLatch ended = new CountDownLatch(1);

        Input(@Nullable OutputStream file) {
            this.file = file;
        }

        @Override
        public synchronized boolean send(byte[] bytes) {
            if (file == null || ended.getCount() == 0) {
                return false;
            }
            try {
                file.write(bytes);
                return true;
            } catch (IOException e) {
                throw new ServerException(
                        "local-file", RunState.NOT_RUN, 0, "Cannot keep standard input: " + e + ". Make room.", e);
            }
        }

        @Override
        public void end() {
            ended.countDown();
        }

        @Override
        public boolean signal(String name) {
            return false;
        }

        @Override
        public boolean resize(int columns, int rows) {
            return false;
        }
    }
}
