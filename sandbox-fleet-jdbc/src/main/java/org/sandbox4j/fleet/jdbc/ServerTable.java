package org.sandbox4j.fleet.jdbc;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.sandbox4j.remote.fleet.ServerEntry;

/** The servers. */
final class ServerTable {
    private ServerTable() {}

    static List<ServerEntry> all(Handle handle) {
        return handle.createQuery("select id, name, url, enabled from \"sandbox4j\".servers order by id")
                .map((row, context) -> entry(row))
                .list();
    }

    static ServerEntry add(Handle handle, String name, URI url, boolean enabled) {
        requireUnique(handle, 0, name, url);
        long id = handle.createUpdate(
                        "insert into \"sandbox4j\".servers (name, url, enabled) values (:name, :url, :enabled)")
                .bind("name", name)
                .bind("url", url.toString())
                .bind("enabled", enabled)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        handle.execute("insert into \"sandbox4j\".specifications (server) values (?)", id);
        return new ServerEntry(id, name, url, enabled);
    }

    static void update(Handle handle, ServerEntry server) {
        requireUnique(handle, server.id(), server.name(), server.url());
        handle.createUpdate(
                        "update \"sandbox4j\".servers set name = :name, url = :url, enabled = :enabled where id = :id")
                .bind("id", server.id())
                .bind("name", server.name())
                .bind("url", server.url().toString())
                .bind("enabled", server.enabled())
                .execute();
    }

    static void remove(Handle handle, long server) {
        handle.execute("delete from \"sandbox4j\".servers where id = ?", server);
    }

    private static void requireUnique(Handle handle, long id, String name, URI url) {
        handle.createQuery("""
                        select id, name, url, enabled from "sandbox4j".servers
                        where (name = :name or url = :url) and id <> :id order by id
                        """)
                .bind("id", id)
                .bind("name", name)
                .bind("url", url.toString())
                .map((row, context) -> entry(row))
                .forEach(other -> other.requireOther(name, url));
    }

    private static ServerEntry entry(ResultSet row) throws SQLException {
        return new ServerEntry(
                row.getLong("id"), row.getString("name"), URI.create(row.getString("url")), row.getBoolean("enabled"));
    }
}
