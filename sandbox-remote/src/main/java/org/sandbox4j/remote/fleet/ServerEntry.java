package org.sandbox4j.remote.fleet;

import java.net.URI;

/**
 * A server as it stands in the list of a fleet. Immutable.
 *
 * @param id its number, which is never used again
 * @param name its unique name
 * @param url its unique address, normalised
 * @param enabled whether it is used
 */
public record ServerEntry(long id, String name, URI url, boolean enabled) {
    /**
     * Makes sure that another server is to have another name and address than this one.
     *
     * @param otherName the other one's name
     * @param otherUrl the other one's address
     * @throws InvalidServerException if either is the same
     */
    public void requireOther(String otherName, URI otherUrl) {
        if (name.equals(otherName)) {
            throw new InvalidServerException("name", "There is a server with the name '" + name + "' already.");
        }
        if (url.equals(otherUrl)) {
            throw new InvalidServerException("url", "The server '" + name + "' has the url '" + url + "' already.");
        }
    }
}
