package org.sandbox4j.remote.fleet;

import java.net.URI;

/** No two servers of a fleet have the same name or address. */
final class Uniqueness {
    private Uniqueness() {}

    static void check(ServerEntry other, String name, URI url) {
        if (other.name().equals(name)) {
            throw new InvalidServerException("name", "There is a server with the name '" + name + "' already.");
        }
        if (other.url().equals(url)) {
            throw new InvalidServerException(
                    "url", "The server '" + other.name() + "' has the url '" + url + "' already.");
        }
    }
}
