package org.sandbox4j.fleet.jdbc;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.FleetStoreContract;
import org.sandbox4j.remote.fleet.Retention;

@Tag("any-jdk")
class PostgresFleetStoreIT extends FleetStoreContract {
    private static PostgresServer postgres;

    private final List<FleetStore> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        postgres = PostgresServer.start();
    }

    @BeforeEach
    void forget() throws SQLException {
        postgres.forget();
    }

    @Override
    protected FleetStore open(Retention retention) {
        FleetStore store =
                JdbcFleetStore.postgresql(postgres.url(), PostgresServer.USER, PostgresServer.PASSWORD, retention);
        opened.add(store);
        return store;
    }

    @AfterEach
    void close() {
        opened.forEach(FleetStore::close);
    }

    @AfterAll
    static void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }
}
