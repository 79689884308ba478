package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.sandbox4j.fleet.jdbc.JdbcFleetStore;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.Usages;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.Response;
import org.sandbox4j.remote.fleet.ServerEntry;
import org.sandbox4j.remote.fleet.Usage;

/** How quickly the stores of fleets write, and read among many usages. */
final class FleetStores implements AutoCloseable {
    static final String PLAIN = "plain JDBC, one table";
    static final String USAGES = "usages";
    static final String REQUESTS = "requests";
    static final List<Integer> THREADS = List.of(1, 8);

    static final String NEWEST = "newest 100 usages of a server";
    static final String BY_DAY = "all usages of a server by the day";
    static final String BY_MINUTES = "the last day of a server by 5 minutes";

    private static final int SERVERS = 20;
    private static final int POLL_SECONDS = 15;
    private static final int CHUNK = 100_000;
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    private static final Usages LOAD = new Usages(
            new Usages.Cpu(3000, 0.25, List.of(0.5, 0.25, 0.125)),
            new Usages.Memory(8L << 30, 0, Map.of("/dev/sda1", 123_456_789_012L)),
            new DeviceRates(
                    Map.of("/dev/sda", 12L),
                    Map.of("/dev/sda", 49_152L),
                    Map.of("/dev/sda", 34L),
                    Map.of("/dev/sda", 139_264L)),
            new Usages.Network(100_000, 10_000, 1_000, 100),
            300,
            10);
    private static final String DETAILS =
            "{\"cpu_averages\":[0.5,0.25,0.125],\"storage_bytes\":{\"/dev/sda1\":123456789012},"
                    + "\"read_operations\":{\"/dev/sda\":12},\"read_bytes\":{\"/dev/sda\":49152},"
                    + "\"write_operations\":{\"/dev/sda\":34},\"write_bytes\":{\"/dev/sda\":139264}}";
    private static final ExecuteRequest CONFIG =
            ExecuteRequest.builder().command("make test").build();
    private static final Response RESPONSE = new Response(
            0,
            Duration.ofMillis(300),
            Optional.of("passed"),
            false,
            Optional.empty(),
            List.of(new CommandResult(
                    "make test", 0, "a line of output\n".repeat(50), "", false, Duration.ofMillis(250))));

    private final int rows;
    private final AtomicLong seconds = new AtomicLong();
    private final List<Database> databases = new ArrayList<>();
    private final FleetStore memory = FleetStore.memory();

    /** A database with a store in it. */
    private record Database(
            String name, FleetStore store, Connection connection, String numbers, List<String> whileFilled) {}

    FleetStores(Path directory, Optional<String> postgresql, int rows) throws SQLException {
        this.rows = rows;
        Path file = directory.resolve("fleet");
        databases.add(new Database(
                "H2",
                JdbcFleetStore.h2(file),
                DriverManager.getConnection("jdbc:h2:file:" + file, "sa", ""),
                "(select x as n from system_range(?, ?)) numbers",
                // A sequence writes its state after every 32 numbers.
                List.of("set referential_integrity false", "set write_delay 500")));
        if (postgresql.isPresent()) {
            databases.add(new Database(
                    "PostgreSQL",
                    JdbcFleetStore.postgresql(postgresql.get(), "fleet", ""),
                    DriverManager.getConnection(postgresql.get(), "fleet", ""),
                    "generate_series(?, ?) n",
                    List.of("set session_replication_role = replica")));
        }
        for (FleetStore store : stores()) {
            for (int i = 0; i < SERVERS; i++) {
                store.addServer("server " + i, URI.create("http://server" + i + "/"), true);
            }
        }
    }

    private List<FleetStore> stores() {
        List<FleetStore> stores = new ArrayList<>(List.of(memory));
        databases.forEach(database -> stores.add(database.store));
        return stores;
    }

    static String insert(String what, String where, int threads) {
        return what + ", " + where + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    static String query(String what, String where) {
        return what + ", " + where;
    }

    int rows() {
        return rows;
    }

    List<String> names() {
        return databases.stream().map(Database::name).toList();
    }

    /** Measures how many are written in a second. */
    Map<String, Samples> inserts(int each, int rounds) throws IOException, InterruptedException {
        Contest contest = new Contest();
        List<String> names = new ArrayList<>();
        for (int threads : THREADS) {
            addInserts(contest, names, "memory", memory, each, threads);
            for (Database database : databases) {
                addInserts(contest, names, database.name, database.store, each, threads);
            }
        }
        for (Database database : databases) {
            String name = insert(PLAIN, database.name, 1);
            names.add(name);
            contest.add(name, () -> plainRate(database, each));
        }
        return contest.warmUp(1, names).hold(rounds);
    }

    private void addInserts(
            Contest contest, List<String> names, String where, FleetStore store, int each, int threads) {
        String usages = insert(USAGES, where, threads);
        String requests = insert(REQUESTS, where, threads);
        names.addAll(List.of(usages, requests));
        List<ServerEntry> servers = store.servers();
        contest.add(
                usages,
                () -> rate(
                        each,
                        threads,
                        number -> store.addUsage(servers.get(number % SERVERS).id(), Usage.reached(nextDate(), LOAD))));
        contest.add(
                requests,
                () -> rate(
                        each,
                        threads,
                        number -> store.addRequest(new Request(
                                0,
                                OptionalLong.of(servers.get(number % SERVERS).id()),
                                Optional.of("alice"),
                                nextDate(),
                                CONFIG,
                                true,
                                "",
                                Optional.of(RESPONSE)))));
    }

    private Instant nextDate() {
        return START.minus(1000, ChronoUnit.DAYS).plusSeconds(seconds.incrementAndGet());
    }

    /** Writes one. */
    private interface Write {
        void write(int number);
    }

    private static double rate(int each, int threads, Write write) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> parts = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                parts.add(() -> {
                    for (int i = first; i < each; i += threads) {
                        write.write(i);
                    }
                    return true;
                });
            }
            long start = System.nanoTime();
            for (Future<Boolean> part : executor.invokeAll(parts)) {
                part.get();
            }
            return each / ((System.nanoTime() - start) / 1e9);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdown();
        }
    }

    /** One row in one table for each usage, in a transaction of its own, with one statement that stays prepared. */
    private double plainRate(Database database, int each) throws IOException {
        try (PreparedStatement insert = database.connection.prepareStatement("insert into \"sandbox4j\".usages"
                + " (server, date_micros, enabled, reached, cpu_usage, ram_bytes, details)"
                + " values (?, ?, true, true, 0.25, 1, ?)")) {
            long start = System.nanoTime();
            for (int i = 0; i < each; i++) {
                insert.setLong(1, 1 + i % SERVERS);
                insert.setLong(2, ChronoUnit.MICROS.between(Instant.EPOCH, nextDate()));
                insert.setString(3, DETAILS);
                insert.executeUpdate();
            }
            return each / ((System.nanoTime() - start) / 1e9);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Fills the databases as if the servers had been polled in turn, and measures milliseconds of reading. */
    Map<String, Samples> queries(int rounds) throws IOException, InterruptedException {
        Contest contest = new Contest();
        List<String> names = new ArrayList<>();
        Instant end = START.plusSeconds((long) rows / SERVERS * POLL_SECONDS);
        Period whole = new Period(START, end);
        int days =
                (int) Duration.between(START, end).plusDays(1).minusSeconds(1).toDays();
        for (Database database : databases) {
            fill(database);
            FleetStore store = database.store;
            Map<String, Runnable> queries = new LinkedHashMap<>();
            queries.put(NEWEST, () -> require(100, store.usages(nextServer(), whole, 100)));
            queries.put(BY_DAY, () -> require(days, store.usageSummaries(nextServer(), whole, Duration.ofDays(1))));
            queries.put(
                    BY_MINUTES,
                    () -> require(
                            288,
                            store.usageSummaries(
                                    nextServer(), Period.before(end, Duration.ofDays(1)), Duration.ofMinutes(5))));
            queries.forEach((what, query) -> {
                String name = query(what, database.name);
                names.add(name);
                contest.add(name, () -> milliseconds(query));
            });
        }
        return contest.warmUp(3, names).hold(rounds);
    }

    private long nextServer() {
        return 1 + seconds.incrementAndGet() % SERVERS;
    }

    private static void require(int size, List<?> found) {
        if (found.size() != size) {
            throw new IllegalStateException("Found " + found.size() + " instead of " + size);
        }
    }

    private static double milliseconds(Runnable query) {
        long start = System.nanoTime();
        query.run();
        return (System.nanoTime() - start) / Timed.MILLISECOND;
    }

    private void fill(Database database) throws IOException {
        try (var statement = database.connection.createStatement();
                PreparedStatement insert = database.connection.prepareStatement("""
                        insert into "sandbox4j".usages (server, date_micros, enabled, reached, cpu_megahertz, cpu_usage,
                            ram_bytes, swap_bytes, sent_bytes, received_bytes, sent_packets, received_packets,
                            processes, containers, details)
                        select 1 + mod(n, %d), %d + n / %d * %d, true, true, 3000, mod(n, 1000) / 1000.0,
                            8000000000 + n, 0, mod(n, 100000), mod(n, 10000), mod(n, 1000), mod(n, 100),
                            300 + mod(n, 10), mod(n, 20), '%s'
                        from %s
                        """.formatted(
                                SERVERS,
                                ChronoUnit.MICROS.between(Instant.EPOCH, START),
                                SERVERS,
                                POLL_SECONDS * 1_000_000L,
                                DETAILS,
                                database.numbers))) {
            for (String setting : database.whileFilled) {
                statement.execute(setting);
            }
            for (long first = 0; first < rows; first += CHUNK) {
                insert.setLong(1, first);
                insert.setLong(2, Math.min(first + CHUNK, rows) - 1);
                insert.executeUpdate();
            }
            statement.execute("""
                    insert into "sandbox4j".usage_hours
                    select server, date_micros - mod(date_micros, 3600000000), count(*), count(*),
                        sum(cpu_usage), max(cpu_usage), sum(ram_bytes), max(ram_bytes), sum(swap_bytes), max(swap_bytes),
                        sum(processes), max(processes), sum(containers), max(containers),
                        sum(sent_bytes), max(sent_bytes), sum(received_bytes), max(received_bytes)
                    from "sandbox4j".usages where date_micros >= %d
                    group by server, date_micros - mod(date_micros, 3600000000)
                    """.formatted(ChronoUnit.MICROS.between(Instant.EPOCH, START)));
            statement.execute("analyze");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        stores().forEach(FleetStore::close);
        for (Database database : databases) {
            try {
                database.connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
