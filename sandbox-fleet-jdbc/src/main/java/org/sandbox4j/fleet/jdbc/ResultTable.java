package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.sandbox4j.remote.fleet.CommandResult;

/** What became of the commands, each with its place among those of its request. */
final class ResultTable {
    private ResultTable() {}

    static void add(Handle handle, long request, List<CommandResult> results) {
        if (results.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("""
                insert into "sandbox4j".command_results
                    (request, position, command, exit_code, stdout, stderr, truncated, nanos)
                values (:request, :position, :command, :exit_code, :stdout, :stderr, :truncated, :nanos)
                """);
        int position = 0;
        for (CommandResult result : results) {
            batch.bind("request", request)
                    .bind("position", position++)
                    .bind("command", PackedText.pack(result.command()))
                    .bind("exit_code", result.exitCode())
                    .bind("stdout", PackedText.pack(result.stdout()))
                    .bind("stderr", PackedText.pack(result.stderr()))
                    .bind("truncated", result.truncated())
                    .bind("nanos", result.time().toNanos())
                    .add();
        }
        batch.execute();
    }

    /** Reads the results of requests, in their order, by the request. */
    static Map<Long, List<CommandResult>> of(Handle handle, List<Long> requests) {
        Map<Long, List<CommandResult>> results = new HashMap<>();
        if (!requests.isEmpty()) {
            handle.createQuery("""
                            select * from "sandbox4j".command_results where request in (<requests>)
                            order by request, position
                            """)
                    .bindList("requests", requests)
                    .map((row, context) -> Map.entry(row.getLong("request"), result(row)))
                    .forEach(each -> results.computeIfAbsent(each.getKey(), id -> new ArrayList<>())
                            .add(each.getValue()));
        }
        return results;
    }

    private static CommandResult result(ResultSet row) throws SQLException {
        return new CommandResult(
                PackedText.unpack(row.getBytes("command")),
                row.getInt("exit_code"),
                PackedText.unpack(row.getBytes("stdout")),
                PackedText.unpack(row.getBytes("stderr")),
                row.getBoolean("truncated"),
                Duration.ofNanos(row.getLong("nanos")));
    }
}
