package org.sandbox4j.examples;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.sandbox4j.fleet.jdbc.JdbcFleetStore;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.fleet.FleetEvent;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Requirements;
import org.sandbox4j.remote.fleet.SandboxFleet;
import org.sandbox4j.remote.fleet.SandboxServer;

/** The examples of {@code docs/fleet.md}: {@code FleetQuickStart FILE URL}. */
public final class FleetQuickStart {
    private FleetQuickStart() {}

    /**
     * Runs a command on a server of a fleet, and prints what is recorded.
     *
     * @param args the file of the history, and the address of a server
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        URI url = URI.create(args[1]);
        try (FleetStore store = JdbcFleetStore.h2(file);
                SandboxFleet fleet = SandboxFleet.builder(store).build()) {
            SandboxServer north = fleet.server("north").orElseGet(() -> fleet.add("north", url));
            fleet.events().subscribe(new Printer());
            fleet.start();
            north.pollNow();

            ExecuteRequest config =
                    ExecuteRequest.builder().command("echo $((6 * 7))").build();
            Request request =
                    fleet.execute(Optional.of("Ada"), config, Optional.empty(), Requirements.NONE.program("sh"));
            String outcome = request.response()
                    .map(response -> response.execution().get(0).stdout())
                    .orElse(request.traceback());
            System.out.println(outcome);
            for (Request earlier : fleet.requests(RequestQuery.ALL.by("Ada"), 10)) {
                System.out.println(earlier.date() + " " + earlier.status());
            }
        }
    }

    /** Prints the loads of servers as they are polled. */
    private static final class Printer implements Flow.Subscriber<FleetEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(FleetEvent event) {
            if (event instanceof FleetEvent.UsagePolled polled) {
                System.out.println("server " + polled.server() + " reached: "
                        + polled.usage().reached());
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
