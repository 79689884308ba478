package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.Response;

/** The responses. */
final class ResponseTable {
    private ResponseTable() {}

    static void add(Handle handle, long request, Response response) {
        @Nullable SavedEnvironment saved = response.environment().orElse(null);
        handle.createUpdate("""
                        insert into "sandbox4j".responses
                            (request, status, total_nanos, result, result_truncated, environment, expires_micros)
                        values (:request, :status, :total, :result, :truncated, :environment, :expires)
                        """)
                .bind("request", request)
                .bind("status", response.status())
                .bind("total", response.totalTime().toNanos())
                .bindBySqlType("result", response.result().map(PackedText::pack).orElse(null), Types.VARBINARY)
                .bind("truncated", response.resultTruncated())
                .bindBySqlType("environment", saved == null ? null : saved.id(), Types.OTHER)
                .bindBySqlType("expires", saved == null ? null : Micros.of(saved.expires()), Types.BIGINT)
                .execute();
        ResultTable.add(handle, request, response.execution());
    }

    /** A response without the results of the commands. */
    record Head(
            int status,
            Duration totalTime,
            Optional<String> result,
            boolean resultTruncated,
            Optional<SavedEnvironment> environment) {
        static Head of(ResultSet row) throws SQLException {
            @Nullable UUID environment = row.getObject("environment", UUID.class);
            return new Head(
                    row.getInt("status"),
                    Duration.ofNanos(row.getLong("total_nanos")),
                    PackedText.unpackIfAny(row.getBytes("result")),
                    row.getBoolean("result_truncated"),
                    environment == null
                            ? Optional.empty()
                            : Optional.of(
                                    new SavedEnvironment(environment, Micros.instant(row.getLong("expires_micros")))));
        }

        Response with(List<CommandResult> results) {
            return new Response(status, totalTime, result, resultTruncated, environment, results);
        }
    }
}
