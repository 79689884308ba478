package org.sandbox4j.fleet.jdbc;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.Requests;
import org.sandbox4j.remote.fleet.ServerEntry;
import org.sandbox4j.remote.fleet.Usage;

/** A program that records until it is killed, and says what it has recorded once it has. */
final class Recorder {
    static final int RESULTS = 5;

    private static final String OUTPUT = "output that is long enough to be compressed ".repeat(50);

    private Recorder() {}

    /** Takes {@code h2} and a file, or {@code postgresql} and an address. */
    public static void main(String[] arguments) {
        FleetStore store = arguments[0].equals("h2")
                ? JdbcFleetStore.h2(Path.of(arguments[1]))
                : JdbcFleetStore.postgresql(arguments[1], PostgresServer.USER, PostgresServer.PASSWORD);
        List<ServerEntry> servers = store.servers();
        long server = servers.isEmpty()
                ? store.addServer("a", URI.create("http://a/"), true).id()
                : servers.get(0).id();
        new Thread(() -> recordUsages(store, server)).start();
        recordRequests(store, server);
    }

    private static void recordRequests(FleetStore store, long server) {
        List<CommandResult> results = IntStream.range(0, RESULTS)
                .mapToObj(number -> Requests.result(number, OUTPUT))
                .toList();
        while (true) {
            Request request = store.addRequest(
                    Requests.answered(server, Instant.now(), Requests.response(Optional.empty(), results)));
            say("request " + request.id());
        }
    }

    /** At the end of an hour, the test has several sums. */
    private static void recordUsages(FleetStore store, long server) {
        Instant date = Instant.now().truncatedTo(ChronoUnit.MICROS);
        while (true) {
            date = date.plusSeconds(1);
            store.addUsage(server, Usage.unreached(date));
            say("usage " + date);
        }
    }

    /** A point ends the line, so that one that was cut can be told. */
    private static synchronized void say(String what) {
        System.out.println(what + ".");
        System.out.flush();
    }
}
