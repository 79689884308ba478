package org.sandbox4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.archive.ArchiveWriter;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.Upload;

/** What the protocol of sandbox servers costs, with the client and the server of this library on loopback. */
final class ServerTimes implements AutoCloseable {
    static final String LOCAL = "(A) local sandbox with the host's programs, `bash -c true`";
    static final String EXECUTE = "(B) `execute` of `true`";
    static final String UPLOAD = "(C) 20 MB uploaded, `true`, saved";
    static final String REUSE = "(D) the same by its id, `true`";
    static final String CHANGED = "(E) the same by its id, one file of 100 bytes uploaded, `true`, saved";
    static final List<String> ENVIRONMENTS = List.of(UPLOAD, REUSE, CHANGED);
    static final List<Integer> CLIENTS = List.of(1, 4, 16, 64);

    private static final int FILES = 20;
    private static final int FILE_BYTES = 1_000_000;
    private static final int CHANGED_BYTES = 100;

    private final LineServer server;
    private final SandboxClient client;
    private final Sandbox local;
    private final Path directory;

    ServerTimes(Path parent) throws IOException {
        directory = Files.createDirectories(parent.resolve("server"));
        List<String> command = JavaCommand.of(ServerProgram.class, System.getProperty("java.class.path"), "-Xmx256m");
        command.add(directory.resolve("data").toString());
        server = LineServer.start(command);
        client = SandboxClient.builder(URI.create(server.ask("url"))).build();
        local = Sandbox.builder(directory.resolve("local"))
                .backend("bwrap")
                .hostSystem()
                .open();
    }

    /** Milliseconds of single calls. */
    Map<String, Samples> measureCalls(int warmUp, int rounds) throws IOException, InterruptedException {
        SandboxCommand bash = SandboxCommand.of("bash", "-c", "true");
        return new Contest()
                .add(
                        LOCAL,
                        () -> milliseconds(() -> requireZero(local.execute(bash).exitCode())))
                .add(EXECUTE, () -> milliseconds(this::executeTrue))
                .warmUp(warmUp, List.of(LOCAL, EXECUTE))
                .hold(rounds);
    }

    /** Calls per second that so many clients get answered together. */
    Map<String, Samples> measureRates(int calls, int rounds) throws IOException, InterruptedException {
        Contest contest = new Contest();
        for (int clients : CLIENTS) {
            int each = Math.max(2, calls / clients);
            contest.add(Integer.toString(clients), () -> rate(clients, each));
        }
        return contest.hold(rounds);
    }

    /** Milliseconds of calls with an environment of 20 MB that does not compress. */
    Map<String, Samples> measureEnvironments(int rounds) throws IOException, InterruptedException {
        byte[] whole = archive("whole", FILES, FILE_BYTES);
        byte[] small = archive("small", 1, CHANGED_BYTES);
        UUID saved = saved(execute(request().save(true).build(), whole));
        return new Contest()
                .add(
                        UPLOAD,
                        () -> milliseconds(() -> execute(request().save(true).build(), whole)))
                .add(
                        REUSE,
                        () -> milliseconds(() -> requireZero(
                                client.execute(request().environment(saved).build())
                                        .status())))
                .add(
                        CHANGED,
                        () -> milliseconds(() ->
                                execute(request().environment(saved).save(true).build(), small)))
                .warmUp(1, ENVIRONMENTS)
                .hold(rounds);
    }

    PeakMemory serverMemory() throws IOException {
        return PeakMemory.fromLine(server.ask("memory"));
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private static double milliseconds(Action action) throws InterruptedException {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static ExecuteRequest.Builder request() {
        return ExecuteRequest.builder().command("true");
    }

    private void executeTrue() throws InterruptedException {
        requireZero(client.execute(request().build()).status());
    }

    private ExecuteResponse execute(ExecuteRequest request, byte[] upload) throws InterruptedException {
        ExecuteResponse response = client.execute(request, Upload.of(upload));
        requireZero(response.status());
        return response;
    }

    private static UUID saved(ExecuteResponse response) {
        return response.environment().orElseThrow().id();
    }

    private static void requireZero(int status) {
        if (status != 0) {
            throw new IllegalStateException("status " + status);
        }
    }

    private double rate(int clients, int each) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            long start = System.nanoTime();
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                workers.add(executor.submit(() -> {
                    for (int call = 0; call < each; call++) {
                        executeTrue();
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
            return clients * each * 1e9 / (System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private byte[] archive(String name, int files, int bytes) throws IOException {
        Path tree = Files.createDirectories(directory.resolve(name));
        Random random = new Random(files);
        for (int i = 0; i < files; i++) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            Files.write(tree.resolve("file" + i), content);
        }
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        ArchiveWriter.create().write(tree, archive);
        return archive.toByteArray();
    }

    @Override
    public void close() throws IOException {
        local.close();
        client.close();
        server.close();
    }
}
