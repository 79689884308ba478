package org.sandbox4j.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.BackendOptions;

/**
 * Settings of the backend {@code remote}: which server, and how to talk to it. Immutable and thread-safe. All sandboxes that are
 * opened with the same object share its connections.
 *
 * <pre>{@code
 * RemoteOptions options = RemoteOptions.builder(URI.create("https://sandbox.example.org/"))
 *         .bearerToken(token)
 *         .build();
 * Sandbox.builder(directory).backend("remote").with(options).open();
 * }</pre>
 *
 * <p>Without options, the system properties {@code sandbox4j.remote.url}, one or more addresses separated by commas, and
 * {@code sandbox4j.remote.token} or {@code sandbox4j.remote.token-file} are used.
 */
public final class RemoteOptions implements BackendOptions {
    private final List<URI> servers;
    private final SandboxClientBuilder clients;
    private final boolean serverImage;
    private final Duration serverBudget;
    private final Duration handshakeTimeout;
    // Guarded by this.
    private @Nullable SandboxClient client;

    private RemoteOptions(Builder builder) {
        servers = List.copyOf(builder.servers);
        clients = builder.client;
        serverImage = builder.serverImage;
        serverBudget = builder.serverBudget;
        handshakeTimeout = builder.handshakeTimeout;
    }

    /**
     * Returns options with the defaults of {@link SandboxClient#builder(URI)}.
     *
     * @param server its address, http or https
     * @return the options
     * @throws IllegalArgumentException if it is no such address, or has a user, a query or a fragment
     */
    public static RemoteOptions server(URI server) {
        return builder(server).build();
    }

    /**
     * Starts options.
     *
     * @param server its address, http or https
     * @param others addresses of further servers; a sandbox takes the first that answers when it is opened, and stays there
     * @return a builder with the defaults of {@link SandboxClient#builder(URI)}
     * @throws IllegalArgumentException if one is no such address, or has a user, a query or a fragment
     */
    public static Builder builder(URI server, URI... others) {
        List<URI> servers = new ArrayList<>(List.of(others));
        servers.add(0, server);
        return new Builder(servers);
    }

    /**
     * Returns the servers.
     *
     * @return their addresses, each with a slash at the end, in the order in which they are tried
     */
    public List<URI> servers() {
        return servers;
    }

    /**
     * Tells whether commands run in an image of the server even where it could run the root as their root file system.
     *
     * @return whether {@link Builder#serverImage()} was called
     */
    public boolean usesServerImage() {
        return serverImage;
    }

    /**
     * Tells how long a plain server lets the commands of a request run.
     *
     * @return what was given to {@link Builder#serverBudget}, or 10 seconds
     */
    public Duration serverBudget() {
        return serverBudget;
    }

    /**
     * Tells how long a server may take to say what it is.
     *
     * @return what was given to {@link Builder#handshakeTimeout}, or 10 seconds
     */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** A client of one of the servers, which all sandboxes with these options share. It is never closed, and idle it has no thread. */
    synchronized SandboxClient client(URI server) {
        if (client == null) {
            client = clients.build();
        }
        return client.at(server);
    }

    @Override
    public String backend() {
        return RemoteSandboxProvider.ID;
    }

    /** Returns the servers; no credentials. */
    @Override
    public String toString() {
        return "RemoteOptions" + servers;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final List<URI> servers;
        private final SandboxClientBuilder client;
        private boolean serverImage;
        private Duration serverBudget = Duration.ofSeconds(10);
        private Duration handshakeTimeout = Duration.ofSeconds(10);

        private Builder(List<URI> servers) {
            this.servers =
                    servers.stream().map(server -> Endpoint.of(server).base()).toList();
            client = SandboxClient.builder(this.servers.get(0));
        }

        /**
         * Sends a bearer token with each request. None by default.
         *
         * @param token the token, of visible ASCII characters
         * @return this builder
         * @throws IllegalArgumentException if it has other characters
         */
        public Builder bearerToken(String token) {
            client.bearerToken(token);
            return this;
        }

        /**
         * Trusts the certificates in this file instead of those that the JDK trusts.
         *
         * @param pkcs12 a PKCS #12 file with trusted certificates
         * @param password its password, which is not kept
         * @return this builder
         * @throws IllegalArgumentException if it cannot be read
         */
        public Builder trustStore(Path pkcs12, char[] password) {
            client.trustStore(pkcs12, password);
            return this;
        }

        /**
         * Shows servers that ask for it the certificate in this file. None by default.
         *
         * @param pkcs12 a PKCS #12 file with a key and its certificates
         * @param password the password of the file and the key, which is not kept
         * @return this builder
         * @throws IllegalArgumentException if it cannot be read
         */
        public Builder clientCertificate(Path pkcs12, char[] password) {
            client.clientCertificate(pkcs12, password);
            return this;
        }

        /**
         * Sets how long each call may take, with all attempts; for a run, from its beginning until its first command is started,
         * with the upload and the wait for a free place. The commands have the time that the server gives them on top.
         *
         * @param deadline more than 0, at most a year; 5 minutes by default
         * @return this builder
         */
        public Builder deadline(Duration deadline) {
            client.deadline(deadline);
            return this;
        }

        /**
         * Sets how long making a connection may take.
         *
         * @param timeout more than 0, at most a year; 10 seconds by default
         * @return this builder
         */
        public Builder connectTimeout(Duration timeout) {
            client.connectTimeout(timeout);
            return this;
        }

        /**
         * Sets how large the archive of what a run has changed may be. Unpacked it may have 16 GiB.
         *
         * @param bytes more than 0; 16 GiB by default
         * @return this builder
         */
        public Builder maxDownloadBytes(long bytes) {
            client.maxDownloadBytes(bytes);
            return this;
        }

        /**
         * Has commands run in an image of the server, with the root as their home directory, also on a server that could run the
         * root as their root file system. Servers without the extension {@code root} never do otherwise. Not so by default.
         *
         * @return this builder
         */
        public Builder serverImage() {
            serverImage = true;
            return this;
        }

        /**
         * Says how long a plain server, or one with {@link #serverImage()}, lets the commands of a request run, with what has to
         * be done before and after them; the protocol has no way to ask for it. Commands are ended some time before, so that their
         * output and what they have changed come back. With more than the server gives, both are lost when the time is up.
         *
         * @param budget more than 0, at most a year; 10 seconds by default, as on such servers
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder serverBudget(Duration budget) {
            serverBudget = SandboxClientBuilder.positive(budget);
            return this;
        }

        /**
         * Sets how long each server may take to say what it is when a sandbox is opened.
         *
         * @param timeout more than 0, at most a year; 10 seconds by default. A shorter {@link #deadline} goes before
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder handshakeTimeout(Duration timeout) {
            handshakeTimeout = SandboxClientBuilder.positive(timeout);
            return this;
        }

        /**
         * Returns the options.
         *
         * @return immutable options; this builder must not be used any more
         */
        public RemoteOptions build() {
            return new RemoteOptions(this);
        }
    }
}
