package org.sandbox4j.testkit;

import java.nio.file.Path;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Termination;

/** A program whose commands signal their process group. Argument: the sandbox's directory. */
final class GroupKill {
    private GroupKill() {}

    /** Writes how each command ended. */
    public static void main(String[] arguments) throws InterruptedException {
        try (Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open()) {
            for (int signal : new int[] {9, 15}) {
                SandboxResult result =
                        sandbox.execute(Programs.sh("kill -" + signal + " 0; while :; do usleep 10000; done"));
                System.out.println(
                        result.termination() instanceof Termination.Signalled by
                                ? "killed by " + by.signal()
                                : result.toString());
            }
        }
    }
}
