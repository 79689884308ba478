package org.sandbox4j.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sandbox4j.fleet.jdbc.JdbcFleetStore;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Requirements;
import org.sandbox4j.remote.fleet.SandboxFleet;
import org.sandbox4j.remote.fleet.SandboxServer;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.server.SandboxHttpServer;

/** Starts three servers, sends requests to their fleet, and stops one of them half way: {@code Fleet DIRECTORY}. */
public final class Fleet {
    private static final List<String> USERS = List.of("Ada", "Grace", "Alan");
    private static final int REQUESTS = 36;
    private static final int AT_A_TIME = 6;

    private final SandboxFleet fleet;
    private final List<SandboxHttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);

    private Fleet(SandboxFleet fleet) {
        this.fleet = fleet;
    }

    /**
     * Fails if a request is lost, wrong, or sent to the server that was stopped.
     *
     * @param args a directory that is empty
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        try (FleetStore store = JdbcFleetStore.h2(directory.resolve("history"));
                SandboxFleet fleet = SandboxFleet.builder(store).build()) {
            Fleet example = new Fleet(fleet);
            try {
                example.start(directory);
                example.sendRequests();
                example.tellHistory();
            } finally {
                example.stop();
            }
        }
        try (FleetStore store = JdbcFleetStore.h2(directory.resolve("history"))) {
            require(store.requests(RequestQuery.ALL, 2 * REQUESTS).size() == REQUESTS, "The file lacks requests.");
        }
        System.out.println("Every request was answered and recorded, although a server has stopped.");
    }

    private void start(Path directory) throws InterruptedException {
        System.out.println("Starting three servers.");
        fleet.start();
        for (String name : List.of("north", "east", "south")) {
            SandboxHttpServer server = SandboxHttpServer.builder()
                    .dataDirectory(directory.resolve(name))
                    .port(0)
                    .workers(2)
                    .start();
            servers.add(server);
            SandboxServer added = fleet.add(name, server.url());
            Usage usage = added.pollNow();
            require(usage.reached(), name + " was not reached");
            System.out.printf(
                    "  %-6s %s  %d places, %d programs, %d processes on its host%n",
                    name,
                    added.url(),
                    added.containerSpecs().container().orElseThrow().count(),
                    added.containerSpecs().libraries().orElseThrow().programs().size(),
                    usage.load().orElseThrow().processes());
        }
    }

    private void sendRequests() throws Exception {
        System.out.printf("Sending %d requests of %d users, %d at a time.%n", REQUESTS, USERS.size(), AT_A_TIME);
        ExecutorCompletionService<Request> sent = new ExecutorCompletionService<>(threads);
        for (int i = 0; i < REQUESTS / 2; i++) {
            send(sent, i);
        }
        collect(sent);
        System.out.println("Stopping east.");
        servers.get(1).close();
        for (int i = REQUESTS / 2; i < REQUESTS; i++) {
            send(sent, i);
        }
        collect(sent);
    }

    private void send(ExecutorCompletionService<Request> sent, int number) {
        ExecuteRequest square = ExecuteRequest.builder()
                .command("sleep 0.1; echo $((N * N)) > square")
                .environ("N", Integer.toString(number))
                .resultPath("square")
                .build();
        String user = USERS.get(number % USERS.size());
        sent.submit(() -> fleet.execute(Optional.of(user), square, Optional.empty(), Requirements.NONE.program("sh")));
    }

    private void collect(ExecutorCompletionService<Request> sent) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < REQUESTS / 2; i++) {
            Request request = sent.take().get();
            require(request.status(), request.traceback());
            int number = Integer.parseInt(request.config().environ().get("N"));
            String result =
                    request.response().orElseThrow().result().orElse("nothing").strip();
            require(result.equals(Integer.toString(number * number)), number + " squared is not " + result);
            answers.add(result + " from " + name(request));
        }
        System.out.println("  " + answers.size() + " answers, the last ones: "
                + String.join(", ", answers.subList(answers.size() - 3, answers.size())));
    }

    private String name(Request request) {
        return fleet.server(request.server().orElseThrow()).orElseThrow().name();
    }

    private void tellHistory() throws InterruptedException {
        System.out.println("What is recorded in a file of H2:");
        for (SandboxServer server : fleet.servers()) {
            Usage last = server.pollNow();
            require(last.reached() != server.name().equals("east"), server.name() + " was reached: " + last.reached());
            int requests = server.requests(REQUESTS).size();
            require(requests > 0, server.name() + " was never asked");
            System.out.printf(
                    "  %-6s %2d requests, %d polls, at last %s%n",
                    server.name(), requests, server.usages(100).size(), last.reached() ? "reached" : "not reached");
        }
        for (String user : USERS) {
            List<Request> requests = fleet.requests(RequestQuery.ALL.by(user), REQUESTS);
            require(requests.size() == REQUESTS / USERS.size(), user + " has " + requests.size() + " requests");
        }
        SandboxServer east = fleet.server("east").orElseThrow();
        require(east.requests(REQUESTS).stream().allMatch(this::isOfFirstHalf), "east was asked after its end");
    }

    private boolean isOfFirstHalf(Request request) {
        return Integer.parseInt(request.config().environ().get("N")) < REQUESTS / 2;
    }

    private void stop() {
        threads.shutdownNow();
        servers.forEach(SandboxHttpServer::close);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
