package org.sandbox4j.fleet.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.migration.JavaMigration;
import org.sandbox4j.remote.fleet.FleetStoreException;

/** Brings the tables of a database to this version. */
final class Tables {
    static final String SCHEMA = "sandbox4j";
    static final String HISTORY = "schema_history";

    private Tables() {}

    static List<SqlMigration> migrations(Dialect dialect) {
        return List.of(new SqlMigration(1, "servers, usages and requests", dialect));
    }

    static void migrate(DataSource database, Dialect dialect) {
        try {
            Flyway flyway = Flyway.configure(Tables.class.getClassLoader())
                    .dataSource(database)
                    .schemas(SCHEMA)
                    .table(HISTORY)
                    .locations(new String[0])
                    .javaMigrations(migrations(dialect).toArray(new JavaMigration[0]))
                    .cleanDisabled(true)
                    .load();
            requireKnown(flyway.info().all());
            flyway.migrate();
        } catch (FlywayException e) {
            throw new FleetStoreException(
                    "The schema \"" + SCHEMA + "\" of the database is not that of a fleet, or was changed: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void requireKnown(MigrationInfo[] steps) {
        String newer = Arrays.stream(steps)
                .filter(step -> step.getState() == MigrationState.FUTURE_SUCCESS
                        || step.getState() == MigrationState.FUTURE_FAILED)
                .map(step -> step.getVersion() + " (" + step.getDescription() + ")")
                .collect(Collectors.joining(", "));
        if (!newer.isEmpty()) {
            throw new FleetStoreException(
                    "The database of the fleet is newer than this version of Sandbox4j, which lacks its steps " + newer
                            + ". Use a newer sandbox-fleet-jdbc, or another database.",
                    null);
        }
    }
}
