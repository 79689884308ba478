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
 * @param limits what else ends it; closed with the clean-up
 * @param cleanUp what to do once no process is left, whatever happened; called once
 */
public record RunRequest(
        Object name,
        String program,
        LaunchRequest launch,
        Isolator isolator,
        Optional<Duration> timeout,
        RunLimits limits,
        Runnable cleanUp) {}
