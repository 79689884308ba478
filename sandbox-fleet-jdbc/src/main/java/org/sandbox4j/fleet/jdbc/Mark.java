package org.sandbox4j.fleet.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** A row of a server in the order of time, and in that of coming where the time is the same. */
record Mark(long dateMicros, long id) {
    static Mark of(ResultSet row) throws SQLException {
        return new Mark(row.getLong("date_micros"), row.getLong("id"));
    }

    /** Deletes this row and the older ones of a server. */
    void deleteFrom(Handle handle, String table, long server) {
        handle.createUpdate("""
                        delete from "sandbox4j".<table>
                        where server = :server and date_micros <= :date and (date_micros < :date or id <= :id)
                        """)
                .define("table", table)
                .bind("server", server)
                .bind("date", dateMicros)
                .bind("id", id)
                .execute();
    }
}
