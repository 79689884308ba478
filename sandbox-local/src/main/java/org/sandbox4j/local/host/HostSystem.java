package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.spi.HostBind;

/** The host's programs and libraries, and what of its configuration they do not work without. */
public final class HostSystem {
    private static final List<String> SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");

    /** The dynamic loader's, Debian's links to chosen programs, certificates of public authorities. */
    private static final List<String> CONFIGURATION = List.of(
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/alternatives",
            "/etc/ssl/certs",
            "/etc/pki/tls/certs");

    private HostSystem() {}

    /** Returns what of these the host has, to be bound read-only at the same place. */
    public static List<HostBind> binds() {
        List<HostBind> binds = new ArrayList<>();
        for (String path : SYSTEM) {
            addIfPresent(binds, Path.of(path));
        }
        for (String path : CONFIGURATION) {
            addIfPresent(binds, Path.of(path));
        }
        javaConfigurations().forEach(path -> addIfPresent(binds, path));
        return binds;
    }

    /** Debian keeps the configuration of its JDKs in /etc/java-17-openjdk and the like, with links from the JDK. */
    private static List<Path> javaConfigurations() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/etc"), "java-*-openjdk")) {
            entries.forEach(found::add);
        } catch (IOException e) {
            // A host without a readable /etc has no such configuration.
        }
        found.sort(null);
        return found;
    }

    private static void addIfPresent(List<HostBind> binds, Path path) {
        if (Files.isReadable(path)) {
            binds.add(new HostBind(path, path.toString(), false));
        }
    }
}
