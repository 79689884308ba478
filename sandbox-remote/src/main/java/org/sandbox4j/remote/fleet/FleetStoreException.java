package org.sandbox4j.remote.fleet;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/** The store of a fleet could not read or write, for the reason {@code "store"}. */
public class FleetStoreException extends SandboxException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Request request;

    /**
     * Makes an exception.
     *
     * @param message what failed
     * @param cause why
     */
    public FleetStoreException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    private FleetStoreException(String message, @Nullable Throwable cause, @Nullable Request request) {
        super("store", message, cause);
        this.request = request;
    }

    static FleetStoreException notRecorded(Request request, Throwable cause) {
        return new FleetStoreException(
                "The request has ended but could not be recorded: " + cause.getMessage(), cause, request);
    }

    /**
     * Returns the request that has ended but could not be recorded.
     *
     * @return the request, if it is about one
     */
    public Optional<Request> request() {
        return Optional.ofNullable(request);
    }
}
