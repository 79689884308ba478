package org.sandbox4j.remote;

/** The server had no place for the request, in every attempt. Nothing has run. */
public class ServerOverloadedException extends ServerException {
    private static final long serialVersionUID = 1L;

    ServerOverloadedException(String message) {
        super("overloaded", RunState.NOT_RUN, 503, message, null);
    }
}
