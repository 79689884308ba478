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
public record ServerEntry(long id, String name, URI url, boolean enabled) {}
