package org.sandbox4j.fleet.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.sandbox4j.remote.fleet.FleetStoreException;

/** An H2 database in a file that belongs to its user alone. */
final class H2File {
    /** Waits for others' rows as long as one may wait for a disk. H2's own log of errors, which has statements, is off. */
    private static final String SETTINGS = ";LOCK_TIMEOUT=20000;TRACE_LEVEL_FILE=0";

    private H2File() {}

    static HikariConfig pool(Path file) {
        String path = file.toAbsolutePath().toString();
        if (path.indexOf(';') >= 0) {
            throw new IllegalArgumentException("The path of an H2 file has no semicolon: '" + path + "'");
        }
        create(Path.of(path + ".mv.db"));
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(file));
        config.setUsername("sa");
        config.setPassword("");
        return config;
    }

    static String url(Path file) {
        return "jdbc:h2:file:" + file.toAbsolutePath() + SETTINGS;
    }

    private static void create(Path file) {
        try {
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (FileAlreadyExistsException e) {
            // Somebody was faster, and H2 will see who opens it.
        } catch (IOException e) {
            throw new FleetStoreException("Cannot create the file '" + file + "' for a fleet: " + e, e);
        }
    }
}
