package org.sandbox4j.local.run;

import java.io.IOException;
import org.sandbox4j.SandboxException;
import org.sandbox4j.Termination;

/**
 * What went wrong with a stream on the caller's side while the command went on to its end.
 *
 * @param stream the command's name for it
 * @param cause what was thrown
 */
record StreamFailure(String stream, Throwable cause) {
    private static final String STDIN = "stdin";

    static StreamFailure ofInput(Throwable cause) {
        return new StreamFailure(STDIN, cause);
    }

    /** Returns what the caller is told instead of the command's end. */
    SandboxException after(String command, Termination end) {
        String ended = "'" + command + "' ended with " + end + ", but ";
        if (!stream.equals(STDIN) && cause instanceof IOException) {
            return new SandboxException(
                    "output-failed",
                    ended + "its output could not be written: " + cause.getMessage()
                            + ". Make room, or give another target.",
                    cause);
        }
        String missed = stream.equals(STDIN) ? "the command's input ended there" : "what came after that is lost";
        return new SandboxException(
                "callback-failed",
                ended + "the caller's stream for its " + stream + " threw " + cause + "; " + missed
                        + ". Mend that stream.",
                cause);
    }
}
