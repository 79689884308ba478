package org.sandbox4j.fleet.jdbc;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.SandboxFleet;
import org.sandbox4j.remote.fleet.SandboxServer;

/** A program whose fleet executes and polls until it is killed, and says what is done: a file of H2, the server's address. */
final class BusyFleet {
    private static final int THREADS = 4;

    private BusyFleet() {}

    public static void main(String[] arguments) {
        FleetStore store = JdbcFleetStore.h2(Path.of(arguments[0]));
        SandboxFleet fleet = SandboxFleet.builder(store).build();
        URI url = URI.create(arguments[1]);
        SandboxServer server = fleet.server("a").orElseGet(() -> fleet.add("a", url));
        server.move(url);
        fleet.start();
        for (int i = 0; i < THREADS; i++) {
            new Thread(() -> repeat(() -> execute(fleet))).start();
        }
        new Thread(() -> repeat(() -> say("usage " + server.pollNow().date()))).start();
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private static void repeat(Action action) {
        try {
            while (true) {
                action.run();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(SandboxFleet fleet) throws InterruptedException {
        Request request = fleet.execute(
                Optional.of("Ada"), ExecuteRequest.builder().command("true").build(), Optional.empty());
        say((request.status() ? "request " : "failed ") + request.id());
    }

    private static synchronized void say(String what) {
        System.out.println(what + ".");
        System.out.flush();
    }
}
