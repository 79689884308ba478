package org.sandbox4j.fleet.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The address of a PostgreSQL database. It may have a password, so no message shows it. */
final class PostgresAddress {
    private PostgresAddress() {}

    static HikariConfig pool(String url, String user, String password) {
        if (!url.startsWith("jdbc:postgresql:") || !isUnderstood(url)) {
            throw new IllegalArgumentException(
                    "The url of a PostgreSQL database is like 'jdbc:postgresql://localhost:5432/fleet'; user and password stand"
                            + " apart. The one that was given is not shown, because it may have a password.");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        return config;
    }

    /** Asks the driver, which would repeat an address that it does not understand. */
    private static boolean isUnderstood(String url) {
        try {
            return DriverManager.getDriver(url).acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }
}
