package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;

/** The requests, with their responses and results. */
final class RequestTable {
    private RequestTable() {}

    static long add(Handle handle, Request request) {
        long id = handle.createUpdate("""
                        insert into "sandbox4j".requests (server, user_name, date_micros, config, status, traceback)
                        values (:server, :user, :date, :config, :status, :traceback)
                        """)
                .bindBySqlType(
                        "server",
                        request.server().isPresent() ? request.server().getAsLong() : null,
                        Types.BIGINT)
                .bindBySqlType("user", request.user().orElse(null), Types.VARCHAR)
                .bind("date", Micros.of(request.date()))
                .bind("config", ConfigJson.write(request.config()))
                .bind("status", request.status())
                .bind("traceback", PackedText.pack(request.traceback()))
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        request.response().ifPresent(response -> ResponseTable.add(handle, id, response));
        return id;
    }

    static Optional<Request> find(Handle handle, long id) {
        Query query = handle.createQuery(selectWhere("r.id = :id")).bind("id", id);
        return read(handle, query).stream().findFirst();
    }

    static List<Request> newest(Handle handle, RequestQuery wanted, int limit) {
        Query query = handle.createQuery(newest(wanted))
                .bind("from", Micros.ceiling(wanted.period().from()))
                .bind("to", Micros.ceiling(wanted.period().to()))
                .bind("limit", limit);
        wanted.server().ifPresent(server -> query.bind("server", server));
        wanted.user().ifPresent(user -> query.bind("user", user));
        return read(handle, query);
    }

    /** H2 needs the whole index in the order, or else it reads and sorts everything. */
    static String newest(RequestQuery wanted) {
        List<String> conditions = new ArrayList<>();
        String first = "";
        if (wanted.server().isPresent()) {
            conditions.add("r.server = :server");
            first = "r.server desc, ";
        }
        if (wanted.user().isPresent()) {
            conditions.add("r.user_name = :user");
            first = "r.user_name desc, ";
        }
        conditions.add("r.date_micros >= :from and r.date_micros < :to");
        return selectWhere(String.join(" and ", conditions)) + "order by " + first
                + "r.date_micros desc, r.id desc limit :limit";
    }

    private static String selectWhere(String condition) {
        return """
                select r.id, r.server, r.user_name, r.date_micros, r.config, r.status as answered, r.traceback,
                    p.request, p.status, p.total_nanos, p.result, p.result_truncated, p.environment, p.expires_micros
                from "sandbox4j".requests r left join "sandbox4j".responses p on p.request = r.id
                where\s""" + condition + "\n";
    }

    private static List<Request> read(Handle handle, Query query) {
        List<Row> rows = query.map((row, context) -> Row.of(row)).list();
        List<Long> answered =
                rows.stream().filter(row -> row.head.isPresent()).map(Row::id).toList();
        Map<Long, List<CommandResult>> results = ResultTable.of(handle, answered);
        return rows.stream()
                .map(row -> row.request(results.getOrDefault(row.id, List.of())))
                .toList();
    }

    /** A request without the results of its commands. */
    private record Row(
            long id,
            OptionalLong server,
            Optional<String> user,
            Instant date,
            ExecuteRequest config,
            String traceback,
            Optional<ResponseTable.Head> head) {
        private static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getLong("id"),
                    server(row),
                    Optional.ofNullable(row.getString("user_name")),
                    Micros.instant(row.getLong("date_micros")),
                    ConfigJson.read(row.getString("config")),
                    PackedText.unpack(row.getBytes("traceback")),
                    row.getBoolean("answered") ? Optional.of(ResponseTable.Head.of(row)) : Optional.empty());
        }

        private static OptionalLong server(ResultSet row) throws SQLException {
            long server = row.getLong("server");
            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(server);
        }

        private Request request(List<CommandResult> results) {
            return new Request(
                    id,
                    server,
                    user,
                    date,
                    config,
                    head.isPresent(),
                    traceback,
                    head.map(response -> response.with(results)));
        }
    }

    static OptionalLong serverOf(Handle handle, UUID environment) {
        return handle.createQuery("""
                        select r.server from "sandbox4j".responses p join "sandbox4j".requests r on r.id = p.request
                        where p.environment = :environment and r.server is not null
                        order by r.id desc limit 1
                        """)
                .bind("environment", environment)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Removes the requests before a moment, whatever their server. */
    static void removeOld(Handle handle, long micros) {
        handle.execute("delete from \"sandbox4j\".requests where date_micros < ?", micros);
    }

    /** Removes all requests of a server but the newest. */
    static void removeSurplus(Handle handle, long server, int kept) {
        handle.createQuery("""
                        select date_micros, id from "sandbox4j".requests where server = :server
                        order by server desc, date_micros desc, id desc limit 1 offset :kept
                        """)
                .bind("server", server)
                .bind("kept", kept)
                .map((row, context) -> Mark.of(row))
                .findOne()
                .ifPresent(newest -> newest.deleteFrom(handle, "requests", server));
    }
}
