package org.sandbox4j.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.protocol.RootOffer;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxProvider;

/**
 * Opens sandboxes on sandbox servers. Found by name only: {@code backend("remote")}. See {@link RemoteOptions}.
 */
public final class RemoteSandboxProvider implements SandboxProvider {
    static final String ID = "remote";

    /** One or more addresses, separated by commas. */
    static final String URL_PROPERTY = "sandbox4j.remote.url";

    static final String TOKEN_PROPERTY = "sandbox4j.remote.token";
    static final String TOKEN_FILE_PROPERTY = "sandbox4j.remote.token-file";

    private static final Set<String> NEEDED =
            new TreeSet<>(Set.of("root", "delta", "stream", "cancel", "input", "signals", "terminal"));

    private static final int BY_NAME_ONLY = -100;

    /** So that sandboxes that are opened with the same properties share connections. */
    private static final Map<Properties, RemoteOptions> OPTIONS = new ConcurrentHashMap<>();

    private record Properties(
            String servers,
            @Nullable String token,
            @Nullable String tokenFile) {}

    /** A server that answered; without an offer, commands run in an image of its own. */
    private record Found(SandboxClient client, Optional<RootOffer> offer) {
        String description() {
            return "server " + client.server() + (offer.isPresent() ? "" : ", in an image of its own");
        }

        Set<Isolation> isolation() {
            EnumSet<Isolation> isolation = EnumSet.noneOf(Isolation.class);
            offer.ifPresent(known -> isolation.addAll(known.isolation()));
            isolation.add(
                    Isolation.ARTIFACTS); // What comes back is renamed into the root, never written to files there.
            return isolation;
        }
    }

    /** Makes a provider; it does nothing yet. */
    public RemoteSandboxProvider() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int priority() {
        return BY_NAME_ONLY;
    }

    @Override
    public Availability probe() {
        return probe(Optional.empty());
    }

    @Override
    public Availability probe(SandboxConfig config) {
        return probe(config.options(RemoteOptions.class));
    }

    private static Availability probe(Optional<RemoteOptions> given) {
        try {
            Optional<RemoteOptions> options = given.isPresent() ? given : fromProperties();
            if (options.isEmpty()) {
                return new Availability.Unavailable("no server was named.", remedy());
            }
            Found found = find(options.get(), true);
            return new Availability.Available(found.description(), found.isolation());
        } catch (ServerException | SandboxUnavailableException | IllegalArgumentException e) {
            return new Availability.Unavailable(String.valueOf(e.getMessage()), "Name a server that can be reached.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Availability.Unavailable("the probe was interrupted.", "Ask again.");
        }
    }

    private static String remedy() {
        return "Name one with RemoteOptions or the system property " + URL_PROPERTY + ".";
    }

    @Override
    public Sandbox open(SandboxConfig config) {
        Unsupported.refuse(config);
        Optional<RemoteOptions> given = config.options(RemoteOptions.class);
        RemoteOptions options = (given.isPresent() ? given : fromProperties())
                .orElseThrow(() -> new SandboxUnavailableException(
                        "Cannot open sandbox 'remote': no server was named. " + remedy()));
        Found found = found(options);
        if (found.offer.isEmpty()) {
            Unsupported.refuseOnPlainServer(config, found.client.server());
            PlainServer plain = new PlainServer(found.client, config.scratch(), options.serverBudget());
            return RemoteSandbox.open(config, plain, Long.MAX_VALUE, plain, found.isolation());
        }
        RootOffer offer = found.offer.get();
        Unsupported.refuseWeakerFilter(config, offer);
        RootCalls calls = found.client.root();
        return RemoteSandbox.open(
                config,
                calls,
                offer.uploadBytes(),
                new HttpRunTransport(calls, offer.budget(), offer.network()),
                found.isolation());
    }

    private static Found found(RemoteOptions options) {
        try {
            return find(options, false);
        } catch (ServerException e) {
            throw new SandboxUnavailableException(e.reason(), "Cannot open sandbox 'remote': " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxUnavailableException(
                    "interrupted", "Cannot open sandbox 'remote': the thread was interrupted. Try again.", e);
        }
    }

    /** The first server that answers; what the others failed with goes along with the first failure. */
    private static Found find(RemoteOptions options, boolean impatient) throws InterruptedException {
        List<ServerException> failures = new ArrayList<>();
        for (URI server : options.servers()) {
            SandboxClient shared = options.client(server);
            SandboxClient bounded = shared.atMost(options.handshakeTimeout());
            SandboxClient client = impatient ? bounded.once() : bounded;
            try {
                return new Found(shared, offer(client, options.usesServerImage()));
            } catch (ServerException e) {
                failures.add(e);
            }
        }
        failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
        throw failures.get(0);
    }

    private static Optional<RootOffer> offer(SandboxClient client, boolean serverImage) throws InterruptedException {
        Set<String> extensions = client.specifications().extensions();
        if (serverImage || !extensions.contains("root")) {
            return Optional.empty();
        }
        if (!extensions.containsAll(NEEDED)) {
            throw new SandboxUnavailableException("Cannot open sandbox 'remote': " + client.server()
                    + " runs root file systems, but does not announce all of the extensions " + NEEDED + "."
                    + " Use a newer server, or RemoteOptions.Builder.serverImage() for what plain servers do.");
        }
        return Optional.of(client.root().offer());
    }

    private static Optional<RemoteOptions> fromProperties() {
        String servers = System.getProperty(URL_PROPERTY, "");
        if (servers.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(OPTIONS.computeIfAbsent(
                new Properties(servers, System.getProperty(TOKEN_PROPERTY), System.getProperty(TOKEN_FILE_PROPERTY)),
                RemoteSandboxProvider::options));
    }

    private static RemoteOptions options(Properties properties) {
        List<URI> servers = Stream.of(properties.servers.split(","))
                .map(String::strip)
                .map(URI::create)
                .toList();
        RemoteOptions.Builder builder = RemoteOptions.builder(
                servers.get(0), servers.subList(1, servers.size()).toArray(URI[]::new));
        if (properties.token != null) {
            builder.bearerToken(properties.token);
        } else if (properties.tokenFile != null) {
            builder.bearerToken(token(Path.of(properties.tokenFile)));
        }
        return builder.build();
    }

    private static String token(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new SandboxUnavailableException(
                    "no-token",
                    "Cannot open sandbox 'remote': the token cannot be read from '" + file + "', which the property "
                            + TOKEN_FILE_PROPERTY + " names: " + e + ".",
                    e);
        }
    }
}
