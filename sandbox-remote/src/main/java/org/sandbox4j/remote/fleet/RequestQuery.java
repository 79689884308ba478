package org.sandbox4j.remote.fleet;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which requests are wanted. Immutable.
 *
 * @param server the server they were sent to, if not any
 * @param user who made them, if not anybody
 * @param period when they were made
 */
public record RequestQuery(OptionalLong server, Optional<String> user, Period period) {
    /** All requests. */
    public static final RequestQuery ALL = new RequestQuery(OptionalLong.empty(), Optional.empty(), Period.ALL);

    /**
     * Returns the same query, for one server.
     *
     * @param id the server's number
     * @return the new query
     */
    public RequestQuery to(long id) {
        return new RequestQuery(OptionalLong.of(id), user, period);
    }

    /**
     * Returns the same query, for one user.
     *
     * @param name the user
     * @return the new query
     */
    public RequestQuery by(String name) {
        return new RequestQuery(server, Optional.of(name), period);
    }

    /**
     * Returns the same query, for a period.
     *
     * @param when the period
     * @return the new query
     */
    public RequestQuery in(Period when) {
        return new RequestQuery(server, user, when);
    }

    boolean matches(Request request) {
        return (server.isEmpty() || server.equals(request.server()))
                && (user.isEmpty() || user.equals(request.user()))
                && period.contains(request.date());
    }
}
