package org.sandbox4j.fleet.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.FleetStoreContract;
import org.sandbox4j.remote.fleet.Retention;

class H2FleetStoreTest extends FleetStoreContract {
    private final List<FleetStore> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    @Override
    protected FleetStore open(Retention retention) {
        FleetStore store = JdbcFleetStore.h2(directory.resolve("fleet"), retention);
        opened.add(store);
        return store;
    }

    @AfterEach
    void close() {
        opened.forEach(FleetStore::close);
    }
}
