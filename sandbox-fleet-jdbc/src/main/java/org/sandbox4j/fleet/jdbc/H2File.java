package org.sandbox4j.fleet.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.remote.fleet.FleetStoreException;
import org.sandbox4j.spi.files.OwnedFile;

/** An H2 database in a file that belongs to its user alone. */
final class H2File {
    private static final String DATABASE = ".mv.db";

    /** Waits for others' rows as long as one may wait for a disk. H2's own log of errors, which has statements, is off. */
    private static final String SETTINGS = ";LOCK_TIMEOUT=20000;TRACE_LEVEL_FILE=0";

    /** What H2 reads, writes or renames beside the database when it opens it. */
    private static final List<String> ENDINGS =
            List.of(DATABASE, ".mv.db.newFile", ".mv.db.tempFile", ".lock.db", ".trace.db", ".temp.db");

    private H2File() {}

    static HikariConfig pool(Path file) {
        String path = file.toAbsolutePath().toString();
        if (path.indexOf(';') >= 0) {
            throw new IllegalArgumentException("The path of an H2 file has no semicolon: '" + path + "'");
        }
        refuseOfOthers(path);
        create(Path.of(path + DATABASE));
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(file));
        config.setUsername("sa");
        config.setPassword("");
        return config;
    }

    static String url(Path file) {
        return "jdbc:h2:file:" + file.toAbsolutePath() + SETTINGS;
    }

    /** A database can hold triggers, which are Java source that H2 compiles and runs in this JVM. */
    private static void refuseOfOthers(String path) {
        try {
            for (String ending : ENDINGS) {
                Path file = Path.of(path + ending);
                if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                    OwnedFile.requireOurs(file);
                }
            }
        } catch (SandboxSetupException e) {
            throw new FleetStoreException(
                    "Cannot open the database '" + path + DATABASE + "' for a fleet. " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FleetStoreException("Cannot look at the database '" + path + DATABASE + "' for a fleet: " + e, e);
        }
    }

    private static void create(Path file) {
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
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
