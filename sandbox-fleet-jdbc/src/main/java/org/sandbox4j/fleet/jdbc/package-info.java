/**
 * A store of a fleet in a database: H2 in a file of one JVM, or PostgreSQL.
 *
 * <pre>{@code
 * try (FleetStore store = JdbcFleetStore.h2(Path.of("fleet"))) {
 *     store.usages(server, Period.ALL, 100);
 * }
 * }</pre>
 *
 * <p>Start with {@link org.sandbox4j.fleet.jdbc.JdbcFleetStore}. Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.fleet.jdbc;

import org.jspecify.annotations.NullMarked;
