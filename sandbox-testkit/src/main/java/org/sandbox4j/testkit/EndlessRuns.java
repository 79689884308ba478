package org.sandbox4j.testkit;

import java.nio.file.Path;
import org.sandbox4j.Sandbox;

/** A program that runs commands one after the other until it is killed. Arguments: the sandbox's directory, a marker. */
final class EndlessRuns {
    static final String READY = "ready";

    private EndlessRuns() {}

    /** Runs one command first, so that what follows is not the loading of classes. */
    public static void main(String[] arguments) throws InterruptedException {
        Marker marker = Marker.of(arguments[1]);
        try (Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open()) {
            sandbox.execute(Programs.exit(0));
            System.out.println(READY);
            System.out.flush();
            while (true) {
                sandbox.execute(Programs.leaveFamily(marker));
            }
        }
    }
}
