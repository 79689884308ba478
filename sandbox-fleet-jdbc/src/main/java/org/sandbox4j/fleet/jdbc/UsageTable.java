package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.Usages;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Usage;

/** The usages, each as it came. */
final class UsageTable {
    /** H2 needs the whole key in the order, or else it reads and sorts everything. */
    static final String NEWEST = """
            select * from "sandbox4j".usages
            where server = :server and date_micros >= :from and date_micros < :to
            order by server desc, date_micros desc, id desc
            limit :limit
            """;

    private UsageTable() {}

    static void add(Handle handle, long server, Usage usage) {
        @Nullable Usages load = usage.load().orElse(null);
        try (Update insert = handle.createUpdate("""
                insert into "sandbox4j".usages (server, date_micros, enabled, reached, cpu_megahertz, cpu_usage,
                    ram_bytes, swap_bytes, sent_bytes, received_bytes, sent_packets, received_packets,
                    processes, containers, details)
                values (:server, :date, :enabled, :reached, :megahertz, :cpu,
                    :ram, :swap, :sent_bytes, :received_bytes, :sent_packets, :received_packets,
                    :processes, :containers, :details)
                """)) {
            insert.bind("server", server)
                    .bind("date", Micros.of(usage.date()))
                    .bind("enabled", usage.enabled())
                    .bind("reached", usage.reached());
            if (load == null) {
                bindNothing(insert);
            } else {
                bind(insert, load);
            }
            insert.execute();
        }
    }

    private static void bind(Update insert, Usages load) {
        insert.bind("megahertz", load.cpu().megahertz())
                .bind("cpu", load.cpu().usage())
                .bind("ram", load.memory().ramBytes())
                .bind("swap", load.memory().swapBytes())
                .bind("sent_bytes", load.network().sentBytes())
                .bind("received_bytes", load.network().receivedBytes())
                .bind("sent_packets", load.network().sentPackets())
                .bind("received_packets", load.network().receivedPackets())
                .bind("processes", (long) load.processes())
                .bind("containers", (long) load.containers())
                .bind("details", UsageDetails.of(load).toJson());
    }

    private static void bindNothing(Update insert) {
        insert.bindNull("megahertz", Types.DOUBLE)
                .bindNull("cpu", Types.DOUBLE)
                .bindNull("ram", Types.BIGINT)
                .bindNull("swap", Types.BIGINT)
                .bindNull("sent_bytes", Types.BIGINT)
                .bindNull("received_bytes", Types.BIGINT)
                .bindNull("sent_packets", Types.BIGINT)
                .bindNull("received_packets", Types.BIGINT)
                .bindNull("processes", Types.BIGINT)
                .bindNull("containers", Types.BIGINT)
                .bindNull("details", Types.VARCHAR);
    }

    static List<Usage> newest(Handle handle, long server, Period period, int limit) {
        return handle.createQuery(NEWEST)
                .bind("server", server)
                .bind("from", Micros.ceiling(period.from()))
                .bind("to", Micros.ceiling(period.to()))
                .bind("limit", limit)
                .map((row, context) -> usage(row))
                .list();
    }

    private static Usage usage(ResultSet row) throws SQLException {
        boolean reached = row.getBoolean("reached");
        return new Usage(
                Micros.instant(row.getLong("date_micros")),
                row.getBoolean("enabled"),
                reached,
                reached ? Optional.of(load(row)) : Optional.empty());
    }

    private static Usages load(ResultSet row) throws SQLException {
        UsageDetails details = UsageDetails.read(row.getString("details"));
        return new Usages(
                new Usages.Cpu(row.getDouble("cpu_megahertz"), row.getDouble("cpu_usage"), details.averages()),
                new Usages.Memory(row.getLong("ram_bytes"), row.getLong("swap_bytes"), details.storageBytes()),
                details.io(),
                new Usages.Network(
                        row.getLong("sent_bytes"),
                        row.getLong("received_bytes"),
                        row.getLong("sent_packets"),
                        row.getLong("received_packets")),
                row.getInt("processes"),
                row.getInt("containers"));
    }

    /** Removes the usages before a moment, and all but the newest. */
    static void removeOld(Handle handle, long server, long micros, int kept) {
        handle.execute("delete from \"sandbox4j\".usages where server = ? and date_micros < ?", server, micros);
        handle.createQuery("""
                        select date_micros, id from "sandbox4j".usages where server = :server
                        order by server desc, date_micros desc, id desc limit 1 offset :kept
                        """)
                .bind("server", server)
                .bind("kept", kept)
                .map((row, context) -> Mark.of(row))
                .findOne()
                .ifPresent(newest -> newest.deleteFrom(handle, "usages", server));
    }
}
