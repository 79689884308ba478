package org.sandbox4j.fleet.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.sandbox4j.remote.fleet.FleetStoreException;

/** The databases that a store can be in, and where they differ. */
enum Dialect {
    H2("varbinary", "23506"),
    POSTGRESQL("bytea", "23503");

    private static final String UNIQUE = "23505";

    private final String bytes;
    private final String noParent;

    Dialect(String bytes, String noParent) {
        this.bytes = bytes;
        this.noParent = noParent;
    }

    static Dialect of(DataSource database) {
        try (Connection connection = database.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            return switch (product.toLowerCase(Locale.ROOT)) {
                case "h2" -> H2;
                case "postgresql" -> POSTGRESQL;
                default ->
                    throw new FleetStoreException("A fleet is kept in H2 or PostgreSQL, not in " + product + ".", null);
            };
        } catch (SQLException e) {
            throw Failures.opening(e);
        }
    }

    /**
     * Has H2 write when a transaction ends, and not half a second later, so that a killed JVM loses nothing. PostgreSQL is a process
     * of its own.
     */
    void makeLasting(DataSource database) {
        if (this == H2) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set write_delay 0");
            } catch (SQLException e) {
                throw Failures.opening(e);
            }
        }
    }

    /** The type of bytes of any length. */
    String bytes() {
        return bytes;
    }

    /** Whether a row's server is not there. */
    boolean lacksServer(SQLException failure) {
        return noParent.equals(failure.getSQLState());
    }

    /** Whether there is such a row already. */
    boolean isTaken(SQLException failure) {
        return UNIQUE.equals(failure.getSQLState());
    }
}
