package org.sandbox4j.fleet.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import org.sandbox4j.remote.fleet.FleetStoreException;

/** What went wrong, told without addresses of databases, which may have passwords, and without values of statements. */
final class Failures {
    private static final String IN_USE = "90020";

    private Failures() {}

    static FleetStoreException opening(Throwable failure) {
        String why = reason(failure);
        boolean inUse = sql(failure)
                .filter(e -> IN_USE.equals(e.getSQLState()) || e.getErrorCode() == Integer.parseInt(IN_USE))
                .isPresent();
        String remedy = inUse ? " Only one JVM can have an H2 file open; several share PostgreSQL." : "";
        return new FleetStoreException("Cannot open the database of the fleet: " + why + remedy, failure);
    }

    static FleetStoreException using(Throwable failure) {
        return new FleetStoreException("The database of the fleet failed: " + reason(failure), failure);
    }

    static FleetStoreException damaged(String what, Throwable failure) {
        return new FleetStoreException(
                "The database of the fleet has " + what + " that this version cannot read: " + failure.getMessage(),
                failure);
    }

    /** The database's own word, which the outer exceptions only repeat. */
    static Optional<SQLException> sql(Throwable failure) {
        Optional<SQLException> found = Optional.empty();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException e) {
                found = Optional.of(e);
            }
        }
        return found;
    }

    private static String reason(Throwable failure) {
        return sql(failure).map(SQLException::getMessage).orElseGet(failure::toString);
    }
}
