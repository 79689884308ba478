package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.remote.fleet.FleetStoreException;
import org.sandbox4j.remote.fleet.Retention;

class H2FleetStoreTest extends JdbcFleetStoreContract {
    @TempDir
    private Path directory;

    @Override
    JdbcFleetStore openAgain(Retention retention) {
        return JdbcFleetStore.h2(directory.resolve("fleet"), retention);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(H2File.url(directory.resolve("fleet")), "sa", "");
    }

    @Override
    String version1() {
        return "version1-h2.sql";
    }

    @Override
    void assertFollowsAnIndex(String plan) {
        assertThat(plan).contains("/* index sorted */");
    }

    @Test
    void file_isItsOwnersOnly() throws IOException {
        open(Retention.DATABASE);
        assertThat(Files.getPosixFilePermissions(directory.resolve("fleet.mv.db")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void dataSource_isLeftOpen_andMadeToWriteAtOnce() throws SQLException {
        JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("own"), "own", "");
        try {
            JdbcFleetStore.open(pool).close();
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet delay = statement.executeQuery("select setting_value from information_schema.settings"
                            + " where setting_name = 'WRITE_DELAY'")) {
                assertThat(delay.next()).isTrue();
                assertThat(delay.getString(1)).isEqualTo("0");
            }
        } finally {
            pool.dispose();
        }
    }

    @Test
    void file_thatIsSomethingElse_isRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("fleet.mv.db"), "Dear diary, ".repeat(1000));
        assertThatThrownBy(() -> open(Retention.DATABASE))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageStartingWith("Cannot open the database of the fleet: ");
        assertThat(file).hasContent("Dear diary, ".repeat(1000));
    }

    @Test
    void file_inADirectoryThatIsMissing_isRefused() {
        assertThatThrownBy(() -> JdbcFleetStore.h2(directory.resolve("none").resolve("fleet")))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining(directory.resolve("none").toString());
    }
}
