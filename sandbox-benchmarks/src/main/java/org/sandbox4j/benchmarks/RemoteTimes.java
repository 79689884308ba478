package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;
import org.sandbox4j.remote.RemoteOptions;

/** What a sandbox on a server costs next to a local one, with a server of this library on loopback. */
final class RemoteTimes implements AutoCloseable {
    static final String LOCAL = "(F) local sandbox, `true`, read-only root";
    static final String REMOTE = "(G) the same on the server";
    static final String LOCAL_WRITABLE = "(H) local sandbox, `true`, writable root";
    static final String REMOTE_WRITABLE = "(I) the same on the server";
    static final String FIRST = "(J) 20 MB, first run";
    static final String UNCHANGED = "(K) unchanged";
    static final String CHANGED = "(L) one file of 100 bytes changed";
    static final List<String> RUNS = List.of(LOCAL, REMOTE, LOCAL_WRITABLE, REMOTE_WRITABLE);
    static final List<String> TREES = List.of(FIRST, UNCHANGED, CHANGED);

    private static final Set<SandboxFlags> READ_ONLY = EnumSet.of(SandboxFlags.ROOT_READ_ONLY);
    private static final Set<SandboxFlags> WRITABLE = EnumSet.noneOf(SandboxFlags.class);
    private static final int FILES = 20;
    private static final int FILE_BYTES = 1_000_000;
    private static final int CHANGED_BYTES = 100;

    private final LineServer server;
    private final RemoteOptions options;
    private final Path directory;
    private final Random random = new Random(1);

    RemoteTimes(Path parent) throws IOException {
        directory = Files.createDirectories(parent.resolve("remote"));
        List<String> command = JavaCommand.of(ServerProgram.class, System.getProperty("java.class.path"), "-Xmx256m");
        command.add(directory.resolve("data").toString());
        server = LineServer.start(command);
        options = RemoteOptions.server(URI.create(server.ask("url")));
    }

    private Sandbox remote(String name) {
        return Sandbox.builder(directory.resolve(name))
                .backend("remote")
                .with(options)
                .open();
    }

    private Path root(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name)).resolve("root");
    }

    /** Milliseconds of single runs. */
    Map<String, Samples> measureRuns(int warmUp, int rounds) throws IOException, InterruptedException {
        BusyboxRoot.stage(root("local"), true);
        BusyboxRoot.stage(root("copied"), true);
        try (Sandbox local = Sandbox.builder(directory.resolve("local"))
                        .backend("bwrap")
                        .open();
                Sandbox remote = remote("copied")) {
            return new Contest()
                    .add(LOCAL, () -> runTrue(local, READ_ONLY))
                    .add(REMOTE, () -> runTrue(remote, READ_ONLY))
                    .add(LOCAL_WRITABLE, () -> runTrue(local, WRITABLE))
                    .add(REMOTE_WRITABLE, () -> runTrue(remote, WRITABLE))
                    .warmUp(warmUp, RUNS)
                    .hold(rounds);
        }
    }

    /** Milliseconds of runs in a tree that does not compress. */
    Map<String, Samples> measureTrees(int rounds) throws IOException, InterruptedException {
        Map<String, Samples> times = new LinkedHashMap<>();
        TREES.forEach(name -> times.put(name, new Samples()));
        for (int round = 0; round < rounds; round++) {
            Path root = root("tree" + round);
            BusyboxRoot.stage(root, true);
            for (int file = 0; file < FILES; file++) {
                Files.write(root.resolve("file" + file), bytes(FILE_BYTES));
            }
            try (Sandbox sandbox = remote("tree" + round)) {
                add(times, FIRST, runTrue(sandbox, READ_ONLY));
                add(times, UNCHANGED, runTrue(sandbox, READ_ONLY));
                Files.write(root.resolve("changed"), bytes(CHANGED_BYTES));
                add(times, CHANGED, runTrue(sandbox, READ_ONLY));
            }
        }
        return times;
    }

    private static void add(Map<String, Samples> times, String name, double milliseconds) {
        Samples samples = times.get(name);
        if (samples != null) {
            samples.add(milliseconds);
        }
    }

    /** MiB of output per second. */
    Samples measureOutput(int mebibytes, int rounds) throws IOException, InterruptedException {
        Path root = root("output");
        BusyboxRoot.stage(root, true);
        BusyboxRoot.stageData(root);
        List<String> command = new ArrayList<>(List.of("cat"));
        command.addAll(Collections.nCopies(mebibytes / BusyboxRoot.DATA_MEBIBYTES, BusyboxRoot.DATA));
        Samples rates = new Samples();
        try (Sandbox sandbox = remote("output")) {
            runTrue(sandbox, READ_ONLY);
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                int code = sandbox.execute(SandboxCommand.builder(command)
                                .flags(READ_ONLY)
                                .stdout(Stdio.to(OutputStream.nullOutputStream()))
                                .build())
                        .exitCode();
                if (code != 0) {
                    throw new IllegalStateException("cat exited with " + code);
                }
                rates.add(mebibytes * 1e9 / (System.nanoTime() - start));
            }
        }
        return rates;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static double runTrue(Sandbox sandbox, Set<SandboxFlags> flags) throws InterruptedException {
        long start = System.nanoTime();
        int code = sandbox.run(List.of("true"), flags, null, null);
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (code != 0) {
            throw new IllegalStateException("true exited with " + code);
        }
        return milliseconds;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
