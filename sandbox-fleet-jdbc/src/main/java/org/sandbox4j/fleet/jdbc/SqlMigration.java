package org.sandbox4j.fleet.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * A step of the tables from one version to the next, in a file beside this class. Flyway would look for it on the class path, which
 * finds nothing in modules.
 */
final class SqlMigration implements JavaMigration {
    private final int version;
    private final String description;
    private final String script;
    private final Dialect dialect;

    SqlMigration(int version, String description, Dialect dialect) {
        this.version = version;
        this.description = description;
        this.script = read("V" + version + ".sql");
        this.dialect = dialect;
    }

    private static String read(String name) {
        try (InputStream in = SqlMigration.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The file " + name + " is missing from sandbox-fleet-jdbc.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion(Integer.toString(version));
    }

    @Override
    public String getDescription() {
        return description;
    }

    /** The same for all databases, so that a file that was changed after its release is found out. */
    @Override
    public Integer getChecksum() {
        CRC32 crc = new CRC32();
        crc.update(script.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        String statements = script.replaceAll("(?m)^--.*$", "").replace("${bytes}", dialect.bytes());
        try (Statement statement = context.getConnection().createStatement()) {
            for (String each : statements.split(";", -1)) {
                if (!each.isBlank()) {
                    statement.execute(each);
                }
            }
        }
    }
}
