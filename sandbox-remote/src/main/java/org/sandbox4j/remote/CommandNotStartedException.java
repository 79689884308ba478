package org.sandbox4j.remote;

import org.sandbox4j.protocol.ExecuteResponse;

/**
 * The server answered as if a command had failed, but reports that it could not start it, since its container was stopping or
 * starting. Other commands of the request may have run; and a command can imitate the server's message.
 */
public class CommandNotStartedException extends ServerException {
    private static final long serialVersionUID = 1L;

    private final transient ExecuteResponse response;

    CommandNotStartedException(String message, ExecuteResponse response) {
        super("not-started", RunState.MAY_HAVE_RUN, 200, message, null);
        this.response = response;
    }

    /**
     * Returns what the server answered, where {@link org.sandbox4j.protocol.ShellResult#isFailedStart()} tells which commands
     * were not started.
     *
     * @return the response
     */
    public ExecuteResponse response() {
        return response;
    }
}
