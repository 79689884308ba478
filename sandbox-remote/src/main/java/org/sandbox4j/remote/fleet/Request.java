package org.sandbox4j.remote.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.sandbox4j.protocol.ExecuteRequest;

/**
 * One execution that was asked for, whatever became of it. Immutable. The uploaded environment is not kept.
 *
 * @param id its number in the store; 0 before it is stored
 * @param server number of the server that ran it or was asked last; absent if none was, or the server has been removed
 * @param user who asked for it, if it was said
 * @param date when it was asked for
 * @param config what was to run, with the values of its variables
 * @param status whether a server answered what became of the commands, which may have failed
 * @param traceback why there is no response, a line for each attempt; empty if there is one
 * @param response what the server answered, if the status is true
 */
public record Request(
        long id,
        OptionalLong server,
        Optional<String> user,
        Instant date,
        ExecuteRequest config,
        boolean status,
        String traceback,
        Optional<Response> response) {
    /** What a user's name can have, in characters. */
    public static final int MAX_USER_LENGTH = 256;

    /**
     * Makes a request.
     *
     * @throws IllegalArgumentException if there is not exactly one of traceback and response, or the user's name is too long
     */
    public Request {
        if (status != response.isPresent() || status != traceback.isEmpty()) {
            throw new IllegalArgumentException("A request has either a response or a traceback.");
        }
        checkUser(user);
    }

    static void checkUser(Optional<String> user) {
        if (user.isPresent()
                && (user.get().length() > MAX_USER_LENGTH
                        || user.get().indexOf('\0') >= 0
                        || !Texts.isWhole(user.get()))) {
            throw new IllegalArgumentException("The name of a user has at most " + MAX_USER_LENGTH
                    + " characters, no NUL and no halves of surrogate pairs.");
        }
    }

    static Request answered(
            long server, Optional<String> user, Instant date, ExecuteRequest config, Response response) {
        return new Request(0, OptionalLong.of(server), user, date, config, true, "", Optional.of(response));
    }

    static Request failed(
            OptionalLong server, Optional<String> user, Instant date, ExecuteRequest config, String traceback) {
        return new Request(0, server, user, date, config, false, traceback, Optional.empty());
    }

    /**
     * Returns the same request with another number.
     *
     * @param newId the number
     * @return the request
     */
    public Request withId(long newId) {
        return new Request(newId, server, user, date, config, status, traceback, response);
    }

    /**
     * Returns the same request without its server.
     *
     * @return the request
     */
    public Request withoutServer() {
        return new Request(id, OptionalLong.empty(), user, date, config, status, traceback, response);
    }

    /**
     * Returns the same request as stores keep it, with times in whole microseconds.
     *
     * @return the request
     */
    public Request inMicros() {
        return new Request(
                id, server, user, Micros.whole(date), config, status, traceback, response.map(Response::inMicros));
    }

    /**
     * Returns the same request with shorter texts, which are marked as truncated. Its config is left as it is.
     *
     * @param characters how long the result and each command and output may be
     * @return the request
     */
    public Request shortened(int characters) {
        return new Request(
                id,
                server,
                user,
                date,
                config,
                status,
                traceback,
                response.map(answer -> answer.shortened(characters)));
    }
}
