package org.sandbox4j.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.SeccompProfile;

/**
 * Collects what a server is to be, checks each value at once, and {@linkplain #start() starts} it. Not safe for use by several
 * threads.
 */
public final class SandboxHttpServerBuilder {
    private static final int MAX_PORT = 65535;

    private final List<Authority> allowedHosts = new ArrayList<>();
    private final List<BearerToken> tokens = new ArrayList<>();
    private final Map<String, String> environ = new LinkedHashMap<>();
    private String address = "127.0.0.1";
    private int port = 7000;
    private boolean openToAll;
    private @Nullable Path dataDirectory;
    private @Nullable Path imageDirectory;
    private @Nullable Path libraryDirectory;
    private @Nullable String backend;
    private int workers = 2 * Runtime.getRuntime().availableProcessors();
    private int queue = 64;
    private Duration queueWait = Duration.ofSeconds(2);
    private Duration shellBudget = Duration.ofSeconds(10);
    private Duration rootBudget = Duration.ofMinutes(10);
    private long memoryBytes = 256L << 20;
    private long processes = 256;
    private long fileBytes = 512L << 20;
    private long diskBytes = 1L << 30;
    private long outputBytes = 16L << 20;
    private long requestOutputBytes = 64L << 20;
    private int requestCommands = 1000;
    private Duration patience = Duration.ofSeconds(30);
    private long leastRate = 1024;
    private Duration transferTime = Duration.ofMinutes(15);
    private long entries = 200_000;
    private Enforcement enforcement = Enforcement.BEST_EFFORT;
    private boolean network;
    private SeccompProfile seccomp = SeccompProfile.STANDARD;
    private long uploadBytes = 512L << 20;
    private Duration lifetime = Duration.ofHours(24);
    private long quotaBytes = 10L << 30;
    private Duration grace = Duration.ofSeconds(10);

    SandboxHttpServerBuilder() {}

    /**
     * Sets where the server keeps everything. Mandatory. It is made if it is missing, and used by one server at a time.
     *
     * @param directory a directory of its own, on a local file system
     * @return this builder
     */
    public SandboxHttpServerBuilder dataDirectory(Path directory) {
        dataDirectory = directory.toAbsolutePath().normalize();
        return this;
    }

    /**
     * Sets the address to listen on. Default: 127.0.0.1. Another one than loopback needs a token.
     *
     * @param address an address or name of this host
     * @return this builder
     */
    public SandboxHttpServerBuilder address(String address) {
        this.address = address;
        return this;
    }

    /**
     * Sets the port. Default: 7000.
     *
     * @param port 0 for a free one, up to 65535
     * @return this builder
     */
    public SandboxHttpServerBuilder port(int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("A port is between 0 and " + MAX_PORT + ", not " + port + ".");
        }
        this.port = port;
        return this;
    }

    /**
     * Adds a name by which clients know the server. Default: none beside those of loopback, of the machine and {@link #address}.
     * Requests for another name are refused, as are those that a browser sends for pages of other servers; see
     * {@code docs/server.md}. Any address will do without being added.
     *
     * @param host a name; with a port, if pages of the server are at one that is not the usual one of their scheme
     * @return this builder
     */
    public SandboxHttpServerBuilder allowHost(String host) {
        allowedHosts.add(Authority.parse(host)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + host + "' is no name of a host. Give one such as sandbox.example.org, or with a port.")));
        return this;
    }

    /**
     * Adds a bearer token of a client without a name. Default: none, and everybody is served. With any, each request must bear one
     * of them. What is saved and run with a token is not seen with another one, and out of reach once the token is gone.
     *
     * @param token at least 16 characters
     * @return this builder
     */
    public SandboxHttpServerBuilder token(String token) {
        return token(Tenant.ofToken(token), token);
    }

    /**
     * Adds a bearer token of a client, who may have several, at once or one after the other. What is saved and run with one of
     * them is seen with each of them, and not with those of other clients.
     *
     * @param client up to 64 letters, digits, dots, hyphens and underscores
     * @param token at least 16 characters
     * @return this builder
     */
    public SandboxHttpServerBuilder token(String client, String token) {
        return token(Tenant.named(client), token);
    }

    private SandboxHttpServerBuilder token(Tenant tenant, String token) {
        if (token.length() < 16 || !token.equals(token.strip())) {
            throw new IllegalArgumentException(
                    "A token needs at least 16 characters and no white space at its ends. Make one with 'openssl rand -hex 32'.");
        }
        if (tokens.stream()
                .anyMatch(
                        known -> known.secret().equals(token) && !known.tenant().equals(tenant))) {
            throw new IllegalArgumentException("Two clients have the same token. Give each one of its own.");
        }
        tokens.add(new BearerToken(token, tenant));
        return this;
    }

    /**
     * Permits to listen beyond this host without a token. Default: refused.
     *
     * @param open true where the network itself keeps strangers out
     * @return this builder
     */
    public SandboxHttpServerBuilder openToAll(boolean open) {
        openToAll = open;
        return this;
    }

    /**
     * Sets the root file system that shell commands see, read-only. Default: this host's programs and libraries.
     *
     * @param directory with {@code usr}, {@code bin} and so on
     * @return this builder
     */
    public SandboxHttpServerBuilder imageDirectory(Path directory) {
        imageDirectory = existing("image", directory);
        return this;
    }

    /**
     * Sets what shell commands see at {@code /utils/libs}, read-only. Default: nothing.
     *
     * @param directory a directory of this host
     * @return this builder
     */
    public SandboxHttpServerBuilder libraryDirectory(Path directory) {
        libraryDirectory = existing("library", directory);
        return this;
    }

    /**
     * Names the sandbox backend. Default: the best of this host.
     *
     * @param id the id of a provider, for example {@code "bwrap"}
     * @return this builder
     */
    public SandboxHttpServerBuilder backend(String id) {
        backend = id;
        return this;
    }

    /**
     * Sets how many requests run at once. Default: two for each processor.
     *
     * @param workers at least 1
     * @return this builder
     */
    public SandboxHttpServerBuilder workers(int workers) {
        this.workers = Math.toIntExact(positive("workers", workers));
        return this;
    }

    /**
     * Sets how many further requests wait. Default: 64. Those beyond are refused with 503.
     *
     * @param length 0 or more
     * @return this builder
     */
    public SandboxHttpServerBuilder queue(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("The queue must have 0 places or more, not " + length + ".");
        }
        queue = length;
        return this;
    }

    /**
     * Sets how long a request waits before it is refused with 503. Default: 2 s.
     *
     * @param wait more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder queueWait(Duration wait) {
        queueWait = positive("queueWait", wait);
        return this;
    }

    /**
     * Sets the time for all shell commands of a request together. Default: 10 s.
     *
     * @param budget more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder shellBudget(Duration budget) {
        shellBudget = positive("shellBudget", budget);
        return this;
    }

    /**
     * Sets the time for all commands of a request that brings its own root file system. Default: 10 min.
     *
     * @param budget more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder rootBudget(Duration budget) {
        rootBudget = positive("rootBudget", budget);
        return this;
    }

    /**
     * Sets the memory of each command. Default: 256 MiB.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder memory(long bytes) {
        memoryBytes = positive("memory", bytes);
        return this;
    }

    /**
     * Sets how many processes and threads each command may have. Default: 256.
     *
     * @param count more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder processes(long count) {
        processes = positive("processes", count);
        return this;
    }

    /**
     * Sets the size of the largest file that a command may write. Default: 512 MiB. Where there is such a limit, a command that
     * exits with 153 counts as one that has hit it.
     *
     * @param bytes more than zero; {@link Long#MAX_VALUE} for no limit for commands with their own root
     * @return this builder
     */
    public SandboxHttpServerBuilder fileSize(long bytes) {
        fileBytes = positive("fileSize", bytes);
        return this;
    }

    /**
     * Sets how much the files and the {@code /tmp} of a request may take. Default: 1 GiB. It is looked at a few times per
     * second, so a command can write a little more before it is killed.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder disk(long bytes) {
        diskBytes = positive("disk", bytes);
        return this;
    }

    /**
     * Sets how much each command may write to its standard output and error together. Default: 16 MiB.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder output(long bytes) {
        outputBytes = positive("output", bytes);
        return this;
    }

    /**
     * Sets how much all commands of a request together may write to their standard outputs and errors, as far as that is kept for the
     * answer. Default: 64 MiB. A part of the heap, which all requests share, is a limit, too.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder requestOutput(long bytes) {
        requestOutputBytes = positive("request-output", bytes);
        return this;
    }

    /**
     * Sets how many commands a request may have. Default: 1000.
     *
     * @param count more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder requestCommands(int count) {
        requestCommands = Math.toIntExact(positive("request-commands", count));
        return this;
    }

    /**
     * Sets how long a client may be silent before a request, take for its headers, be slower than the least rate with a body or an
     * answer, and go on not reading a stream after its run has to end. Default: 30 s. Then the connection is closed.
     *
     * @param time more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder patience(Duration time) {
        patience = positive("patience", time);
        return this;
    }

    /**
     * Sets how fast bodies must come, and answers be taken, on the average. Default: 1 KiB a second.
     *
     * @param bytes bytes a second, more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder leastRate(long bytes) {
        leastRate = positive("least-rate", bytes);
        return this;
    }

    /**
     * Sets how long one body may take to come, and one answer to be taken, unless it is a stream. Default: 15 min.
     *
     * @param time more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder transferTime(Duration time) {
        transferTime = positive("transfer-time", time);
        return this;
    }

    /**
     * Sets how many files and directories an environment may have. Default: 200,000.
     *
     * @param count more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder entries(long count) {
        entries = positive("entries", count);
        return this;
    }

    /**
     * Sets whether runs are refused on a host that cannot enforce the limits of memory, processes and file sizes. Default:
     * they are enforced as well as the host can.
     *
     * @param required true to refuse
     * @return this builder
     */
    public SandboxHttpServerBuilder requireLimits(boolean required) {
        enforcement = required ? Enforcement.REQUIRED : Enforcement.BEST_EFFORT;
        return this;
    }

    /**
     * Sets whether clients may give commands this host's network, with {@link org.sandbox4j.SandboxFlags#NETWORK_ENABLED}. Default:
     * they may not. With it, commands reach whatever listens on this host, the server itself included.
     *
     * @param permitted true to permit
     * @return this builder
     */
    public SandboxHttpServerBuilder network(boolean permitted) {
        network = permitted;
        return this;
    }

    /**
     * Sets which system calls commands are refused. Default: {@link SeccompProfile#STANDARD}. Clients may ask for a stricter
     * profile, never for a weaker one.
     *
     * @param weakest what commands have unless a client asks for a stricter one
     * @return this builder
     */
    public SandboxHttpServerBuilder seccomp(SeccompProfile weakest) {
        seccomp = weakest;
        return this;
    }

    /**
     * Sets the size of the largest request. Default: 512 MiB.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder upload(long bytes) {
        uploadBytes = positive("upload", bytes);
        return this;
    }

    /**
     * Adds or replaces a variable that shell commands have. Default: {@code HOSTNAME}, {@code HOME}, {@code LANG}, {@code PATH}
     * and {@code PYTHONPATH}.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public SandboxHttpServerBuilder environ(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || Environ.hasNul(name) || Environ.hasNul(value)) {
            throw new IllegalArgumentException("'" + name + "' cannot be a variable's name, or its value has a NUL.");
        }
        environ.put(name, value);
        return this;
    }

    /**
     * Sets how long saved environments are kept. Default: 24 h.
     *
     * @param time more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder lifetime(Duration time) {
        lifetime = positive("lifetime", time);
        return this;
    }

    /**
     * Sets how much disk space saved environments and remembered answers may take. Default: 10 GiB.
     *
     * @param bytes more than zero
     * @return this builder
     */
    public SandboxHttpServerBuilder quota(long bytes) {
        quotaBytes = positive("quota", bytes);
        return this;
    }

    /**
     * Sets how long runs may go on after {@link SandboxHttpServer#close()} before they are killed. Default: 10 s.
     *
     * @param time 0 or more
     * @return this builder
     */
    public SandboxHttpServerBuilder grace(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("The time of grace must not be negative: " + time + ".");
        }
        grace = time;
        return this;
    }

    /**
     * Starts the server.
     *
     * @return the server; close it
     * @throws IllegalArgumentException if there is no data directory, or it would listen to strangers without a token
     * @throws IllegalStateException if another server uses the data directory
     * @throws java.io.UncheckedIOException if the data directory cannot be used
     * @throws org.sandbox4j.SandboxUnavailableException if this host cannot run sandboxes, or the port is taken
     */
    public SandboxHttpServer start() {
        return SandboxHttpServer.start(settings());
    }

    Settings settings() {
        if (dataDirectory == null) {
            throw new IllegalArgumentException("No data directory is set. Give one that this user may write.");
        }
        return new Settings(
                address,
                port,
                allowedHosts,
                tokens,
                openToAll,
                dataDirectory,
                Optional.ofNullable(imageDirectory),
                Optional.ofNullable(libraryDirectory),
                Optional.ofNullable(backend),
                workers,
                queue,
                queueWait,
                shellBudget,
                rootBudget,
                new RunLimits(memoryBytes, processes, fileBytes, diskBytes, outputBytes, entries, enforcement),
                new RunPolicy(network, seccomp),
                new RequestLimits(requestCommands, requestOutputBytes),
                new Pace(patience, leastRate, transferTime),
                uploadBytes,
                environ,
                lifetime,
                quotaBytes,
                grace);
    }

    private static Path existing(String what, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "The " + what + " directory '" + directory + "' is no directory. Make it, or leave it out.");
        }
        return directory.toAbsolutePath().normalize();
    }

    private static long positive(String what, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " must be more than 0, not " + value + ".");
        }
        return value;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be more than 0, not " + value + ".");
        }
        return value;
    }
}
