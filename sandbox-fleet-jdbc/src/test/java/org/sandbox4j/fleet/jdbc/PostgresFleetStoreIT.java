package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.remote.fleet.FleetStoreException;
import org.sandbox4j.remote.fleet.Retention;

@Tag("any-jdk")
class PostgresFleetStoreIT extends JdbcFleetStoreContract {
    private static PostgresServer postgres;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        postgres = PostgresServer.start();
    }

    @BeforeEach
    void forget() throws SQLException {
        postgres.forget();
    }

    @Override
    JdbcFleetStore openAgain(Retention retention) {
        return JdbcFleetStore.postgresql(postgres.url(), PostgresServer.USER, PostgresServer.PASSWORD, retention);
    }

    @Override
    Connection connect() throws SQLException {
        return postgres.connect();
    }

    @Override
    String version1() {
        return "version1-postgresql.sql";
    }

    @Override
    void preparePlans(Statement statement) throws SQLException {
        statement.execute("set enable_sort = off");
        statement.execute("set enable_seqscan = off");
        statement.execute("set enable_bitmapscan = off");
    }

    @Override
    void assertFollowsAnIndex(String plan) {
        assertThat(plan).contains("Index Scan Backward").doesNotContain("Sort");
    }

    @Test
    void wrongPassword_isRefusedAndNotShown() {
        String wrong = "hunter2";
        assertThatThrownBy(() -> JdbcFleetStore.postgresql(postgres.url(), PostgresServer.USER, wrong))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining("password authentication failed")
                .satisfies(e -> assertThat(trace(e)).doesNotContain(wrong));
    }

    @Test
    void passwordInTheUrl_isNotShown() {
        String wrong = "?user=fleet&password=hunter2";
        assertThatThrownBy(() -> JdbcFleetStore.postgresql(postgres.url() + wrong, PostgresServer.USER, "hunter3"))
                .isInstanceOf(FleetStoreException.class)
                .satisfies(e -> assertThat(trace(e)).doesNotContain("hunter"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jdbc:h2:mem:x;password=hunter2", "jdbc:postgresql://fleet:hunter2@127.0.0.1:bad/x", "hunter2"})
    void url_thatIsNone_isRefusedAndNotShown(String url) {
        assertThatThrownBy(() -> JdbcFleetStore.postgresql(url, "fleet", "hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'jdbc:postgresql://localhost:5432/fleet'")
                .satisfies(e -> assertThat(trace(e)).doesNotContain("hunter"));
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    @AfterAll
    static void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }
}
