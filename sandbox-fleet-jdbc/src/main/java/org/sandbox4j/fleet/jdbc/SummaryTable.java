package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.sandbox4j.protocol.Usages;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.remote.fleet.UsageSummary;

/**
 * Sums of usages. Each usage is added to its hour at once, so that they are right at any time, however late one comes. Steps of whole
 * hours are summed up from them, and from usages where a period has no whole hour.
 */
final class SummaryTable {
    private static final long HOUR = TimeUnit.HOURS.toMicros(1);

    private static final String HOURS = """
            select date_micros - mod(mod(date_micros, :step) + :step, :step) as start_micros, polls, reached,
                cpu_sum, cpu_max, ram_sum, ram_max, swap_sum, swap_max, processes_sum, processes_max,
                containers_sum, containers_max, sent_sum, sent_max, received_sum, received_max
            from "sandbox4j".usage_hours
            where server = :server and date_micros >= :first_hour and date_micros < :last_hour
            """;

    private static final String USAGES = """
            select date_micros - mod(mod(date_micros, :step) + :step, :step) as start_micros, 1 as polls,
                case when reached then 1 else 0 end as reached,
                cpu_usage as cpu_sum, cpu_usage as cpu_max, ram_bytes as ram_sum, ram_bytes as ram_max,
                swap_bytes as swap_sum, swap_bytes as swap_max, processes as processes_sum,
                processes as processes_max, containers as containers_sum, containers as containers_max,
                sent_bytes as sent_sum, sent_bytes as sent_max, received_bytes as received_sum,
                received_bytes as received_max
            from "sandbox4j".usages
            """;
    private static final String WHOLE_PERIOD =
            "where server = :server and date_micros >= :from and date_micros < :to\n";
    private static final String BEFORE_HOURS =
            "where server = :server and date_micros >= :from and date_micros < :first_hour\n";
    private static final String AFTER_HOURS =
            "where server = :server and date_micros >= :last_hour and date_micros < :to\n";

    private SummaryTable() {}

    static void add(Handle handle, long server, Usage usage) {
        long date = Micros.of(usage.date());
        long hour = date - Math.floorMod(date, HOUR);
        int added = handle.createUpdate(
                        "update \"sandbox4j\".usage_hours set polls = polls + 1 where server = :server and date_micros = :hour")
                .bind("server", server)
                .bind("hour", hour)
                .execute();
        if (added == 0) {
            handle.execute("""
                    insert into "sandbox4j".usage_hours (server, date_micros, polls, reached, cpu_sum, ram_sum, swap_sum,
                        processes_sum, containers_sum, sent_sum, received_sum)
                    values (?, ?, 1, 0, 0, 0, 0, 0, 0, 0, 0)
                    """, server, hour);
        }
        usage.load().ifPresent(load -> add(handle, server, hour, load));
    }

    private static void add(Handle handle, long server, long hour, Usages load) {
        try (Update update = handle.createUpdate("""
                update "sandbox4j".usage_hours set reached = reached + 1,
                    cpu_sum = cpu_sum + :cpu, cpu_max = greatest(coalesce(cpu_max, :cpu), :cpu),
                    ram_sum = ram_sum + :ram, ram_max = greatest(coalesce(ram_max, :ram), :ram),
                    swap_sum = swap_sum + :swap, swap_max = greatest(coalesce(swap_max, :swap), :swap),
                    processes_sum = processes_sum + :processes,
                    processes_max = greatest(coalesce(processes_max, :processes), :processes),
                    containers_sum = containers_sum + :containers,
                    containers_max = greatest(coalesce(containers_max, :containers), :containers),
                    sent_sum = sent_sum + :sent, sent_max = greatest(coalesce(sent_max, :sent), :sent),
                    received_sum = received_sum + :received,
                    received_max = greatest(coalesce(received_max, :received), :received)
                where server = :server and date_micros = :hour
                """)) {
            update.bind("server", server)
                    .bind("hour", hour)
                    .bind("cpu", load.cpu().usage())
                    .bind("ram", (double) load.memory().ramBytes())
                    .bind("swap", (double) load.memory().swapBytes())
                    .bind("processes", (double) load.processes())
                    .bind("containers", (double) load.containers())
                    .bind("sent", (double) load.network().sentBytes())
                    .bind("received", (double) load.network().receivedBytes())
                    .execute();
        }
    }

    static List<UsageSummary> summaries(Handle handle, long server, Period period, Duration step) {
        long micros = Micros.of(step);
        long from = Micros.ceiling(period.from());
        long to = Micros.ceiling(period.to());
        long firstHour = from > Long.MAX_VALUE - HOUR ? Long.MAX_VALUE : Math.floorDiv(from + HOUR - 1, HOUR) * HOUR;
        long lastHour = to < Long.MIN_VALUE + HOUR ? Long.MIN_VALUE : Math.floorDiv(to, HOUR) * HOUR;
        boolean hourly = micros % HOUR == 0 && firstHour < lastHour;
        String rows = hourly
                ? HOURS + "union all\n" + USAGES + BEFORE_HOURS + "union all\n" + USAGES + AFTER_HOURS
                : USAGES + WHOLE_PERIOD;
        Query query = handle.createQuery("""
                        select start_micros, sum(polls) as polls, sum(reached) as reached,
                            sum(cpu_sum) as cpu_sum, max(cpu_max) as cpu_max,
                            sum(ram_sum) as ram_sum, max(ram_max) as ram_max,
                            sum(swap_sum) as swap_sum, max(swap_max) as swap_max,
                            sum(processes_sum) as processes_sum, max(processes_max) as processes_max,
                            sum(containers_sum) as containers_sum, max(containers_max) as containers_max,
                            sum(sent_sum) as sent_sum, max(sent_max) as sent_max,
                            sum(received_sum) as received_sum, max(received_max) as received_max
                        from (<rows>) each_one
                        group by start_micros order by start_micros desc
                        """)
                .define("rows", rows)
                .bind("server", server)
                .bind("step", micros);
        if (hourly) {
            query.bind("first_hour", firstHour).bind("last_hour", lastHour);
        }
        return query.bind("from", from)
                .bind("to", to)
                .map((row, context) -> summary(row))
                .list();
    }

    private static UsageSummary summary(ResultSet row) throws SQLException {
        long reached = row.getLong("reached");
        return new UsageSummary(
                Micros.instant(row.getLong("start_micros")),
                row.getLong("polls"),
                reached,
                reached == 0 ? Optional.empty() : Optional.of(load(row, reached)));
    }

    private static UsageSummary.Load load(ResultSet row, long reached) throws SQLException {
        return new UsageSummary.Load(
                spread(row, "cpu", reached),
                spread(row, "ram", reached),
                spread(row, "swap", reached),
                spread(row, "processes", reached),
                spread(row, "containers", reached),
                spread(row, "sent", reached),
                spread(row, "received", reached));
    }

    private static UsageSummary.Spread spread(ResultSet row, String what, long reached) throws SQLException {
        return new UsageSummary.Spread(row.getDouble(what + "_sum") / reached, row.getDouble(what + "_max"));
    }

    static void removeOld(Handle handle, long server, long micros) {
        handle.execute("delete from \"sandbox4j\".usage_hours where server = ? and date_micros < ?", server, micros);
    }
}
