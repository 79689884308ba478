package org.sandbox4j.fleet.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sandbox4j.remote.fleet.ContainerSpecs;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.FleetStoreException;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Retention;
import org.sandbox4j.remote.fleet.SandboxSpecs;
import org.sandbox4j.remote.fleet.ServerEntry;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.remote.fleet.UsageSummary;

/**
 * A store in a database. Thread-safe.
 *
 * <p>Its tables are in the schema {@code sandbox4j}, which it makes and brings to its version when it is opened; the rest of the
 * database is left alone. What a method wrote outlives the JVM, however that ends, once the method has returned; whether it outlives
 * the machine is up to the database. In H2, that holds as long as nothing but stores of this JVM writes to the database. Requests are kept with the values of their variables: whoever can read the database can read
 * those.
 *
 * <p>Of long texts, as many characters are kept as the {@link Retention} says, compressed; the rest is cut off and marked. By default
 * that is {@link Retention#DATABASE}. Sums of usages by the hour are kept ten times as long as the usages; summaries for steps of
 * whole hours are quick for years and reach as far back.
 */
public final class JdbcFleetStore implements FleetStore {
    private static final int CONNECTIONS = 8;
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int SUMS_OUTLIVE = 10;
    private static final int TRIES = 5;

    private final Jdbi jdbi;
    private final Dialect dialect;
    private final Retention retention;
    private final Runnable closing;

    private JdbcFleetStore(DataSource database, Retention retention, Runnable closing) {
        this.dialect = Dialect.of(database);
        dialect.makeLasting(database);
        Tables.migrate(database, dialect);
        this.jdbi = Jdbi.create(database);
        // Messages must not show what was bound, such as values of variables.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        this.retention = retention;
        this.closing = closing;
    }

    /**
     * Opens a store in a file, with {@link Retention#DATABASE}. One JVM can have it open at a time.
     *
     * @param file the file without its ending, to which {@code .mv.db} is added; made if it is not there, for its owner only
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, is of a newer version, or is a file that another user
     *     has made or could change
     */
    public static JdbcFleetStore h2(Path file) {
        return h2(file, Retention.DATABASE);
    }

    /**
     * Opens a store in a file. One JVM can have it open at a time.
     *
     * @param file the file without its ending, to which {@code .mv.db} is added; made if it is not there, for its owner only
     * @param retention how much is kept
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, is of a newer version, or is a file that another user
     *     has made or could change
     */
    public static JdbcFleetStore h2(Path file, Retention retention) {
        return pooled(H2File.pool(file), retention);
    }

    /**
     * Opens a store in PostgreSQL, with {@link Retention#DATABASE} and at most eight connections. A call waits up to ten
     * seconds for one.
     *
     * @param url address of the database, such as {@code jdbc:postgresql://localhost/fleet}
     * @param user who may create a schema there, or owns the schema {@code sandbox4j}
     * @param password the user's password
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, or is of a newer version
     * @throws IllegalArgumentException if the url is none of PostgreSQL
     */
    public static JdbcFleetStore postgresql(String url, String user, String password) {
        return postgresql(url, user, password, Retention.DATABASE);
    }

    /**
     * Opens a store in PostgreSQL, with at most eight connections. A call waits up to ten seconds for one.
     *
     * @param url address of the database, such as {@code jdbc:postgresql://localhost/fleet}
     * @param user who may create a schema there, or owns the schema {@code sandbox4j}
     * @param password the user's password
     * @param retention how much is kept
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, or is of a newer version
     * @throws IllegalArgumentException if the url is none of PostgreSQL
     */
    public static JdbcFleetStore postgresql(String url, String user, String password, Retention retention) {
        return pooled(PostgresAddress.pool(url, user, password), retention);
    }

    private static JdbcFleetStore pooled(HikariConfig config, Retention retention) {
        config.setPoolName("sandbox4j-fleet");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw Failures.opening(e);
        }
        try {
            return new JdbcFleetStore(pool, retention, pool::close);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Opens a store in an H2 or PostgreSQL database, with {@link Retention#DATABASE}.
     *
     * @param database where to get connections, best from a pool; closing the store does not close it. In H2, its user is an
     *     administrator, who may say when transactions are written
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, or is of a newer version
     */
    public static JdbcFleetStore open(DataSource database) {
        return open(database, Retention.DATABASE);
    }

    /**
     * Opens a store in an H2 or PostgreSQL database.
     *
     * @param database where to get connections, best from a pool; closing the store does not close it. In H2, its user is an
     *     administrator, who may say when transactions are written
     * @param retention how much is kept
     * @return the store
     * @throws FleetStoreException if it cannot be opened, is not a store, or is of a newer version
     */
    public static JdbcFleetStore open(DataSource database, Retention retention) {
        return new JdbcFleetStore(database, retention, () -> {});
    }

    @Override
    public List<ServerEntry> servers() {
        return inTransaction(ServerTable::all);
    }

    @Override
    public ServerEntry addServer(String name, URI url, boolean enabled) {
        return again(dialect::isTaken, handle -> ServerTable.add(handle, name, url, enabled));
    }

    @Override
    public void updateServer(ServerEntry server) {
        again(dialect::isTaken, handle -> {
            ServerTable.update(handle, server);
            return server;
        });
    }

    @Override
    public void removeServer(long server) {
        write(handle -> ServerTable.remove(handle, server));
    }

    @Override
    public SandboxSpecs sandboxSpecs(long server) {
        return inTransaction(handle -> SpecificationTable.sandbox(handle, server));
    }

    @Override
    public ContainerSpecs containerSpecs(long server) {
        return inTransaction(handle -> SpecificationTable.container(handle, server));
    }

    @Override
    public void saveSpecs(long server, SandboxSpecs sandbox, ContainerSpecs container) {
        write(handle -> SpecificationTable.save(handle, server, sandbox, container));
    }

    @Override
    public void addUsage(long server, Usage usage) {
        try {
            // Somebody else may have begun the hour.
            again(dialect::isTaken, handle -> {
                UsageTable.add(handle, server, usage);
                SummaryTable.add(handle, server, usage);
                return usage;
            });
        } catch (FleetStoreException e) {
            if (Failures.sql(e).filter(dialect::lacksServer).isEmpty()) {
                throw e;
            }
        }
    }

    @Override
    public List<Usage> usages(long server, Period period, int limit) {
        return inTransaction(handle -> UsageTable.newest(handle, server, period, limit));
    }

    @Override
    public List<UsageSummary> usageSummaries(long server, Period period, Duration step) {
        return inTransaction(handle -> SummaryTable.summaries(handle, server, period, step));
    }

    @Override
    public Request addRequest(Request request) {
        Request whole = request.inMicros();
        try {
            return add(whole);
        } catch (FleetStoreException e) {
            if (Failures.sql(e).filter(dialect::lacksServer).isEmpty()) {
                throw e;
            }
            return add(whole.withoutServer());
        }
    }

    private Request add(Request request) {
        Request kept = request.shortened(retention.textLength());
        return request.withId(writing(handle -> RequestTable.add(handle, kept)));
    }

    @Override
    public Optional<Request> request(long id) {
        return snapshot(handle -> RequestTable.find(handle, id));
    }

    @Override
    public List<Request> requests(RequestQuery query, int limit) {
        return snapshot(handle -> RequestTable.newest(handle, query, limit));
    }

    @Override
    public OptionalLong serverOf(UUID environment) {
        return inTransaction(handle -> RequestTable.serverOf(handle, environment));
    }

    /**
     * Removes what need not be kept any longer, in a transaction for the requests that are too old and one for each server. When it
     * fails, some of that may have happened.
     */
    @Override
    public void clean(Instant now) {
        long oldest = Micros.ceiling(now.minus(retention.age()));
        long oldestSum = Micros.ceiling(now.minus(retention.age().multipliedBy(SUMS_OUTLIVE)));
        write(handle -> RequestTable.removeOld(handle, oldest));
        for (ServerEntry server : servers()) {
            write(handle -> {
                RequestTable.removeSurplus(handle, server.id(), retention.requests());
                UsageTable.removeOld(handle, server.id(), oldest, retention.usages());
                SummaryTable.removeOld(handle, server.id(), oldestSum);
            });
        }
    }

    @Override
    public void close() {
        closing.run();
    }

    private void write(Consumer<Handle> work) {
        writing(handle -> {
            work.accept(handle);
            return handle;
        });
    }

    private <T> T writing(Function<Handle, T> work) {
        if (dialect != Dialect.H2) {
            return inTransaction(work);
        }
        try {
            return jdbi.withHandle(handle -> H2Writes.inTransaction(handle, work));
        } catch (JdbiException e) {
            throw Failures.using(e);
        }
    }

    private <T> T inTransaction(Function<Handle, T> work) {
        try {
            return jdbi.inTransaction(work::apply);
        } catch (JdbiException e) {
            throw Failures.using(e);
        }
    }

    /** For what takes more than one query. */
    private <T> T snapshot(Function<Handle, T> work) {
        try {
            return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work::apply);
        } catch (JdbiException e) {
            throw Failures.using(e);
        }
    }

    /** When two write the same at once, the second fails, and finds what the first wrote the next time. */
    private <T> T again(Predicate<SQLException> ifFailedBy, Function<Handle, T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return writing(work);
            } catch (FleetStoreException e) {
                if (tries == TRIES || Failures.sql(e).filter(ifFailedBy).isEmpty()) {
                    throw e;
                }
            }
        }
    }
}
