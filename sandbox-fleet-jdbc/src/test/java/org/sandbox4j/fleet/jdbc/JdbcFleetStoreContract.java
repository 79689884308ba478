package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.FleetStoreContract;
import org.sandbox4j.remote.fleet.FleetStoreException;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Requests;
import org.sandbox4j.remote.fleet.Retention;
import org.sandbox4j.remote.fleet.ServerEntry;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.remote.fleet.UsageSummary;

/** What every store in a database has to do. */
abstract class JdbcFleetStoreContract extends FleetStoreContract {
    private final List<FleetStore> opened = new ArrayList<>();

    /** Opens the store of this test, which may be open already. */
    abstract JdbcFleetStore openAgain(Retention retention);

    /** Connects to its database, which is empty before it has been opened. */
    abstract Connection connect() throws SQLException;

    /** Name of the file with a database of version 1. */
    abstract String version1();

    /** Fails if a plan sorts, or is not about an index. */
    abstract void assertFollowsAnIndex(String plan);

    @Override
    protected final JdbcFleetStore open(Retention retention) {
        JdbcFleetStore store = openAgain(retention);
        opened.add(store);
        return store;
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(FleetStore::close);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Test
    void requestOrUsage_ofWhichAPartCannotBeWritten_leavesNothing() throws SQLException {
        FleetStore store = open(Retention.DATABASE);
        long id = store.addServer("a", url("a"), true).id();
        execute(
                "alter table \"sandbox4j\".command_results add constraint few check (position < 1)",
                "alter table \"sandbox4j\".usage_hours add constraint less check (polls < 2)");
        store.addUsage(id, Usage.unreached(NOW));
        assertThatThrownBy(() -> store.addUsage(id, Usage.unreached(NOW.plusSeconds(1))))
                .isInstanceOf(FleetStoreException.class);
        assertThatThrownBy(() -> store.addRequest(Requests.answered(
                        id,
                        NOW,
                        Requests.response(
                                Optional.empty(), List.of(Requests.result(0, "a"), Requests.result(0, "b"))))))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageStartingWith("The database of the fleet failed: ");

        assertThat(store.usages(id, Period.ALL, 10)).containsExactly(Usage.unreached(NOW));
        assertThat(store.requests(RequestQuery.ALL, 10)).isEmpty();
    }

    @Test
    void store_thatIsClosed_fails_andHasEverythingWhenOpenedAgain() {
        FleetStore store = open(Retention.DATABASE);
        ServerEntry server = store.addServer("a", url("a"), true);
        Request request = store.addRequest(Requests.answered(server.id(), NOW, Requests.response("out")));
        store.close();
        store.close();
        assertThatThrownBy(store::servers).isInstanceOf(FleetStoreException.class);

        FleetStore again = open(Retention.DATABASE);
        assertThat(again.servers()).containsExactly(server);
        assertThat(again.request(request.id())).get().usingRecursiveComparison().isEqualTo(request);
    }

    @Test
    void open_byTwoAtOnce_makesTheTablesOnce() {
        CompletableFuture<FleetStore> one = CompletableFuture.supplyAsync(() -> openAgain(Retention.DATABASE));
        CompletableFuture<FleetStore> other = CompletableFuture.supplyAsync(() -> openAgain(Retention.DATABASE));
        try (FleetStore first = one.join();
                FleetStore second = other.join()) {
            ServerEntry server = first.addServer("a", url("a"), true);
            assertThat(second.servers()).containsExactly(server);
        }
    }

    @Test
    void open_newerDatabase_isRefused() throws SQLException {
        open(Retention.DATABASE);
        execute("""
                insert into "sandbox4j"."schema_history" ("installed_rank", "version", "description", "type", "script",
                    "checksum", "installed_by", "installed_on", "execution_time", "success")
                values (99, '99', 'consoles', 'JDBC', 'V99', 1, 'somebody', current_timestamp, 1, true)
                """);
        assertThatThrownBy(() -> open(Retention.DATABASE))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining("is newer than this version of Sandbox4j, which lacks its steps 99 (consoles)")
                .hasMessageContaining("Use a newer sandbox-fleet-jdbc");
    }

    @Test
    void open_tablesOfSomethingElse_isRefused() throws SQLException {
        execute("create schema \"sandbox4j\"", "create table \"sandbox4j\".pets (name varchar)");
        assertThatThrownBy(() -> open(Retention.DATABASE))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageStartingWith("The schema \"sandbox4j\" of the database is not that of a fleet");
    }

    @Test
    void open_changedStep_isRefused() throws SQLException {
        open(Retention.DATABASE);
        execute("update \"sandbox4j\".\"schema_history\" set \"checksum\" = 1 where \"version\" = '1'");
        assertThatThrownBy(() -> open(Retention.DATABASE))
                .isInstanceOf(FleetStoreException.class)
                .hasMessageContaining("or was changed");
    }

    /** It fails, too, when {@code V1.sql} is no longer what it was when it was released. */
    @Test
    void open_databaseOfVersion1_hasEverything() throws SQLException, IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(version1()), version1())) {
            execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        FleetStore store = open(Retention.DATABASE);
        FleetOfVersion1.assertIsIn(store);
        assertThat(store.addServer("new", url("new"), true).id()).isGreaterThan(2);
        assertThat(store.addRequest(Requests.failed(1, "alice", NOW)).id()).isGreaterThan(2);
    }

    /** With millions of rows, anything else takes minutes. */
    @Test
    void newest_areReadInTheOrderOfAnIndex() throws SQLException {
        open(Retention.DATABASE);
        assertFollowsAnIndex(plan(UsageTable.NEWEST));
        assertFollowsAnIndex(plan(RequestTable.newest(RequestQuery.ALL)));
        assertFollowsAnIndex(plan(RequestTable.newest(RequestQuery.ALL.to(1))));
        assertFollowsAnIndex(plan(RequestTable.newest(RequestQuery.ALL.by("alice"))));
    }

    private String plan(String query) throws SQLException {
        String literal = query.replace(":server", "1")
                .replace(":from", "0")
                .replace(":to", "1000")
                .replace(":user", "'alice'")
                .replace(":limit", "100");
        StringBuilder plan = new StringBuilder();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            preparePlans(statement);
            try (ResultSet rows = statement.executeQuery("explain " + literal)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }

    /** Has the planner decide as if tables were large. */
    void preparePlans(Statement statement) throws SQLException {}

    @Test
    void clean_leavesSumsOfHours() {
        FleetStore store = open(RETENTION);
        long id = store.addServer("a", url("a"), true).id();
        store.addUsage(id, Usage.unreached(NOW));
        store.addUsage(id, Usage.unreached(NOW.plusSeconds(1)));
        store.clean(NOW.plus(Duration.ofHours(10)));

        assertThat(store.usages(id, Period.ALL, 10)).isEmpty();
        assertThat(store.usageSummaries(id, Period.ALL, Duration.ofHours(1)))
                .containsExactly(new UsageSummary(NOW, 2, 0, Optional.empty()));
        store.clean(NOW.plus(Duration.ofHours(11)));
        assertThat(store.usageSummaries(id, Period.ALL, Duration.ofHours(1))).isEmpty();
    }

    @Test
    void clean_ofAResponse_leavesNoPartOfIt() throws SQLException {
        FleetStore store = open(RETENTION);
        long id = store.addServer("a", url("a"), true).id();
        UUID saved = UUID.randomUUID();
        store.addRequest(Requests.answered(id, NOW, Requests.response(saved, NOW)));
        store.clean(NOW.plus(Duration.ofHours(10)));

        assertThat(store.serverOf(saved)).isEmpty();
        for (String table : List.of("requests", "responses", "command_results")) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    var count = statement.executeQuery("select count(*) from \"sandbox4j\"." + table)) {
                assertThat(count.next()).isTrue();
                assertThat(count.getInt(1)).as(table).isZero();
            }
        }
    }
}
