package org.sandbox4j.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names by which clients know a server. A web page can have any other name lead to its address, for as long as it likes, and
 * then counts as a page of this server. Thread-safe.
 */
final class OwnNames {
    private static final Logger LOG = LoggerFactory.getLogger(OwnNames.class);
    private static final List<String> LOOPBACK =
            List.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** Asks for the whole name of this machine. */
    interface Lookup {
        String wholeName() throws UnknownHostException;
    }

    private final Set<String> known = new LinkedHashSet<>(LOOPBACK);
    private final String machine;
    private final Lookup lookup;
    // Guarded by this.
    private @Nullable String wholeName;

    /**
     * Makes the names of a server.
     *
     * @param machine what the machine calls itself
     * @param lookup asked once, and only about a name that begins with the machine's
     * @param further where it listens, and what else it is called
     */
    OwnNames(String machine, Lookup lookup, List<Authority> further) {
        this.machine = machine.toLowerCase(Locale.ROOT);
        this.lookup = lookup;
        known.add(this.machine);
        further.stream().map(Authority::host).forEach(known::add);
    }

    static OwnNames of(Settings settings) {
        List<Authority> further = new ArrayList<>(settings.allowedHosts());
        Authority.parse(settings.address()).ifPresent(further::add);
        return new OwnNames(machineName(), () -> InetAddress.getLocalHost().getCanonicalHostName(), further);
    }

    private static String machineName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            LOG.warn("the name of this machine is not known: {}", e.toString());
            return "localhost";
        }
    }

    /** Addresses are nobody's name: who uses one has asked no name server. */
    boolean include(Authority authority) {
        return authority.isAddress()
                || known.contains(authority.host())
                || (authority.host().startsWith(machine + ".")
                        && authority.host().equals(wholeName()));
    }

    private synchronized String wholeName() {
        if (wholeName == null) {
            try {
                wholeName = lookup.wholeName().toLowerCase(Locale.ROOT);
            } catch (UnknownHostException e) {
                LOG.debug("this machine has no further name", e);
                wholeName = machine;
            }
        }
        return wholeName;
    }
}
