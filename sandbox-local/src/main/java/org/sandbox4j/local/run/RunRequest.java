package org.sandbox4j.local.run;

import java.time.Duration;
import java.util.Optional;
import org.sandbox4j.local.launch.LaunchRequest;
import org.sandbox4j.local.limits.RunLimits;
import org.sandbox4j.local.plan.Isolator;

/**
 * One run, ready to be launched.
 *
 * @param name what messages and logs call it; made into text only when there is one
 * @param program the first argument of the command
 * @param launch what to launch
 * @param isolator explains failures of the isolation tool
 * @param timeout after which everything is killed
 * @param limits what else ends it; closed after the watcher has been told of the end
 * @param watcher is told when the sandbox is set up, and, once no process is left, whatever happened, of the end
 */
public record RunRequest(
        Object name,
        SoughtProgram program,
        LaunchRequest launch,
        Isolator isolator,
        Optional<Duration> timeout,
        RunLimits limits,
        Watcher watcher) {
    /** Follows a run. */
    public interface Watcher {
        /** The sandbox is set up, and the command has been started in it. */
        void isSetUp();

        /**
         * No process is left. Called once.
         *
         * @param ending how it ended
         * @throws org.sandbox4j.SandboxException if what there is to do could not be done, which becomes the run's result
         */
        void ended(Ending ending);
    }

    /** How a run ended, as far as its traces are concerned. */
    public enum Ending {
        /** The command was never started. */
        NEVER_RAN,
        /** The command exited with 0. */
        SUCCEEDED,
        /** The command ended in another way, or was ended. */
        FAILED,
        /** The sandbox was killed from outside, the init program in the midst of whatever it did. */
        LOST
    }
}
