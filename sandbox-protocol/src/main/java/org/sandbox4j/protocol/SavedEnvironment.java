package org.sandbox4j.protocol;

import java.time.Instant;
import java.util.UUID;

/**
 * An environment that a server keeps for a while. Whoever knows its id can read and use it.
 *
 * @param id its id
 * @param expires until when the server promises to keep it
 */
public record SavedEnvironment(UUID id, Instant expires) {}
