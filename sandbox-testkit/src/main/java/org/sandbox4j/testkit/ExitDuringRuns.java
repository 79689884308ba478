package org.sandbox4j.testkit;

import java.nio.file.Path;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxProcess;

/** A program that exits while commands run. Arguments: the sandbox's directory, a marker. */
final class ExitDuringRuns {
    static final String EXITING = "exiting";
    static final int CODE = 3;

    private ExitDuringRuns() {}

    /** Has one command that a thread waits for, and one that nobody does. */
    public static void main(String[] arguments) {
        Marker marker = Marker.of(arguments[1]);
        Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open();
        SandboxProcess process = sandbox.start(Programs.startFamily(marker));
        Thread waiting = new Thread(() -> execute(sandbox, marker), "waiting");
        waiting.start();
        Await.until("two families of commands", () -> marker.processes().size() >= 8);
        System.out.println(EXITING + (process.isAlive() ? "" : " too late"));
        System.exit(CODE);
    }

    private static void execute(Sandbox sandbox, Marker marker) {
        try {
            sandbox.execute(Programs.startFamily(marker));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
