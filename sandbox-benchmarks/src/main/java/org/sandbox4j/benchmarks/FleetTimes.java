package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.fleet.jdbc.JdbcFleetStore;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.SandboxFleet;

/** What a fleet costs, with fakes of servers that answer at once. */
final class FleetTimes implements AutoCloseable {
    static final String DIRECT = "`SandboxClient.execute`";
    static final String IN_MEMORY = "`SandboxFleet.execute`, history in memory";
    static final String IN_H2 = "`SandboxFleet.execute`, history in a file of H2";
    static final int SERVERS = 2_000;

    private static final int PICKED_FROM = 20;
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    private final LineServer servers;
    private final URI address;
    private final Path directory;

    /**
     * What polling took.
     *
     * @param share of one processor
     * @param threads the most that there were at a time
     * @param memory the most that was needed
     * @param pollsPerSecond usages that the servers were asked for
     */
    record Polling(double share, int threads, PeakMemory memory, double pollsPerSecond) {}

    FleetTimes(Path parent) throws IOException {
        directory = Files.createDirectories(parent.resolve("fleet"));
        servers = LineServer.start(
                JavaCommand.of(FakeServers.class, classPath(), "-Xmx256m", "-Dsun.net.httpserver.nodelay=true"));
        address = URI.create(servers.ask("url"));
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Lets a fleet poll for a while before it looks. */
    Polling measurePolling(int settlingSeconds, int seconds) throws IOException {
        List<String> command = JavaCommand.of(FleetProgram.class, classPath(), "-Xmx256m");
        command.addAll(List.of(address.toString(), Integer.toString(SERVERS)));
        try (LineServer fleet = LineServer.start(command)) {
            String unused = fleet.ask(Integer.toString(settlingSeconds));
            long before = Long.parseLong(servers.ask("polls"));
            String[] observed = fleet.ask(Integer.toString(seconds)).split(" ", 3);
            long polls = Long.parseLong(servers.ask("polls")) - before;
            return new Polling(
                    Double.parseDouble(observed[0]),
                    Integer.parseInt(observed[1]),
                    PeakMemory.fromLine(observed[2]),
                    (double) polls / seconds);
        }
    }

    /** Milliseconds of single calls. */
    Map<String, Samples> measureCalls(int warmUp, int rounds) throws IOException, InterruptedException {
        try (SandboxClient client =
                        SandboxClient.builder(address.resolve("direct/")).build();
                SandboxFleet inMemory = polled(FleetStore.memory());
                FleetStore h2 = JdbcFleetStore.h2(directory.resolve("history"));
                SandboxFleet inH2 = polled(h2)) {
            return new Contest()
                    .add(
                            DIRECT,
                            () -> milliseconds(
                                    () -> require(client.execute(TRUE).succeeded())))
                    .add(IN_MEMORY, () -> milliseconds(() -> execute(inMemory)))
                    .add(IN_H2, () -> milliseconds(() -> execute(inH2)))
                    .warmUp(warmUp, List.of(DIRECT, IN_MEMORY, IN_H2))
                    .hold(rounds);
        }
    }

    private SandboxFleet polled(FleetStore store) throws InterruptedException {
        SandboxFleet fleet = SandboxFleet.builder(store).build();
        for (int i = 0; i < PICKED_FROM; i++) {
            require(fleet.add("server " + i, address.resolve("p" + i + "/"))
                    .pollNow()
                    .reached());
        }
        return fleet;
    }

    private static void execute(SandboxFleet fleet) throws InterruptedException {
        Request request = fleet.execute(Optional.of("user"), TRUE, Optional.empty());
        require(request.status());
    }

    private static void require(boolean held) {
        if (!held) {
            throw new IllegalStateException("A call failed.");
        }
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private static double milliseconds(Action action) throws InterruptedException {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() throws IOException {
        servers.close();
    }
}
