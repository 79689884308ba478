package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /**
     * What programs below /usr reach in /etc and what tells no secret: none has passwords, keys, host names, addresses, or
     * the name of this machine.
     */
    private static final List<String> REACHED_FROM_PROGRAMS = List.of(
            // numbers and names that programs look up, services(5), protocols(5)
            "services",
            "protocols",
            "mime.types",
            // which system these programs belong to, and its time
            "os-release",
            "localtime",
            "timezone",
            // what TLS libraries read beside certificates
            "ssl/openssl.cnf",
            "ssl/cert.pem",
            "pki/tls/openssl.cnf",
            "pki/tls/cert.pem",
            "pki/ca-trust/extracted",
            "pki/java",
            "crypto-policies",
            "ca-certificates",
            // links lead there from the installation of a program, which does not start without
            "maven",
            "python3",
            "perl",
            "fonts",
            "xml",
            "chromium",
            "chromium.d");

    private HostSystem() {}

    /** Returns what the host has of what is to be bound where the root has nothing. */
    public static List<HostBind> configuration() {
        List<HostBind> binds = new ArrayList<>();
        REACHED_FROM_PROGRAMS.forEach(name -> addIfPresent(binds, Path.of("/etc", name)));
        return binds;
    }

    /** Returns the host's resolv.conf, wherever it really is; it names the servers that a shared network needs. */
    public static Optional<HostBind> resolver() {
        Path path = Path.of("/etc/resolv.conf");
        try {
            return Optional.of(new HostBind(path.toRealPath(), path.toString(), false));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

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
