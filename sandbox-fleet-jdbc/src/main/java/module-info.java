/**
 * Keeps what a fleet of sandbox servers knows in H2 or PostgreSQL.
 *
 * <p>Start with {@link org.sandbox4j.fleet.jdbc.JdbcFleetStore}.
 */
module org.sandbox4j.fleet.jdbc {
    requires transitive java.sql;
    requires transitive org.sandbox4j.remote;
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires com.h2database;
    requires com.zaxxer.hikari;
    requires flyway.core;
    // JDBI, an automatic module, does not say that it needs it.
    requires io.leangen.geantyref;
    requires org.jdbi.v3.core;
    requires org.slf4j;

    exports org.sandbox4j.fleet.jdbc;
}
