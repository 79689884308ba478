package org.sandbox4j.testkit;

import java.nio.file.Path;
import org.sandbox4j.Sandbox;
import org.sandbox4j.Stdio;

/** A program that runs commands one after the other until it is killed. Arguments: the sandbox's directory, a marker. */
final class EndlessRuns {
    static final String READY = "ready";

    private EndlessRuns() {}

    /** Runs one command of each kind first, so that what follows is not the loading of classes. */
    public static void main(String[] arguments) throws InterruptedException {
        Marker marker = Marker.of(arguments[1]);
        try (Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open()) {
            Stdio input = Stdio.bytes(new byte[] {1});
            sandbox.execute(Programs.exit(0));
            sandbox.execute(Programs.exit(0).toBuilder().stdin(input).build());
            System.out.println(READY);
            System.out.flush();
            while (true) {
                sandbox.execute(Programs.leaveFamily(marker));
                sandbox.execute(
                        Programs.leaveFamily(marker).toBuilder().stdin(input).build());
            }
        }
    }
}
