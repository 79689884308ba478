package org.sandbox4j.remote;

/** The server does not have that environment, or no file of that name in it. Nothing has run. */
public class EnvironmentNotFoundException extends ServerException {
    private static final long serialVersionUID = 1L;

    EnvironmentNotFoundException(String message) {
        super("not-found", RunState.NOT_RUN, 404, message, null);
    }
}
