package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.sandbox4j.SandboxSetupException;
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

    /** Its triggers would be compiled and run here. */
    @Test
    void file_ofAnotherUser_isNotOpened() throws IOException {
        Path file = madeBefore();
        assumeTrue((Integer) Files.getAttribute(file, "unix:uid") == 0, "only root gives files away");
        Files.setAttribute(file, "unix:uid", 54_321);
        assertNotOpened(file, "another user (uid 54321)");
    }

    @Test
    void file_thatIsALink_isNotOpened() throws IOException {
        Path file = madeBefore();
        Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertNotOpened(file, "it is a link");
    }

    @Test
    void file_withAnotherName_isNotOpened() throws IOException {
        Path file = madeBefore();
        Files.createLink(directory.resolve("other"), file);
        assertNotOpened(file, "2 names");
    }

    @Test
    void file_thatOthersMayWrite_isNotOpened() throws IOException {
        Path file = madeBefore();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertNotOpened(file, "others than its owner may write it");
    }

    @Test
    void file_whereOthersMayExchangeIt_isNotOpened() throws IOException {
        Path file = madeBefore();
        Files.setAttribute(directory, "unix:mode", 0777);
        assertNotOpened(file, "everybody may write there");
    }

    @Test
    void file_withACompanionOfSomebodyElse_isNotOpened() throws IOException {
        Path file = madeBefore();
        Path target = Files.writeString(directory.resolve("target"), "kept");
        Files.createSymbolicLink(directory.resolve("fleet.trace.db"), target);
        assertNotOpened(file, "fleet.trace.db");
        assertThat(target).hasContent("kept");
    }

    private Path madeBefore() {
        JdbcFleetStore.h2(directory.resolve("fleet")).close();
        return directory.resolve("fleet.mv.db");
    }

    private void assertNotOpened(Path file, String why) throws IOException {
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> JdbcFleetStore.h2(directory.resolve("fleet")))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why)
                .cause()
                .isInstanceOfSatisfying(
                        SandboxSetupException.class, e -> assertThat(e.reason()).isEqualTo("not-ours"));
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void file_inADirectoryThatIsMissing_isRefused() {
        assertThatThrownBy(() -> JdbcFleetStore.h2(directory.resolve("none").resolve("fleet")))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining(directory.resolve("none").toString());
    }
}
