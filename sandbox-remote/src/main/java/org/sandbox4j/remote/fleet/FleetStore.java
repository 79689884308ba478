package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Keeps what a fleet knows: its servers, their specifications and usages, and all requests. Implementations are thread-safe.
 *
 * <p>Every method is one transaction: when it returns, what it wrote lasts as long as the store does, and when it fails, it has
 * changed nothing. It may block. All throw {@link FleetStoreException} when the store fails. Times are kept in microseconds.
 */
public interface FleetStore extends AutoCloseable {
    /**
     * Makes a store in memory, with {@link Retention#MEMORY}.
     *
     * @return the store
     */
    static FleetStore memory() {
        return memory(Retention.MEMORY);
    }

    /**
     * Makes a store in memory. It never holds more than it is to keep, and at most 32 Mi characters of all requests together.
     *
     * @param retention how much it keeps
     * @return the store
     */
    static FleetStore memory(Retention retention) {
        return new MemoryFleetStore(retention);
    }

    /**
     * Returns all servers.
     *
     * @return the servers, by number
     */
    List<ServerEntry> servers();

    /**
     * Adds a server.
     *
     * @param name its name
     * @param url its address, normalised
     * @param enabled whether it is used
     * @return the server with its number
     * @throws InvalidServerException if another one has the name or the address
     */
    ServerEntry addServer(String name, URI url, boolean enabled);

    /**
     * Changes a server. Nothing happens if it is not there any more.
     *
     * @param server what it is to be like
     * @throws InvalidServerException if another one has the name or the address
     */
    void updateServer(ServerEntry server);

    /**
     * Removes a server with its specifications and usages. Its requests stay, without a server.
     *
     * @param server its number
     */
    void removeServer(long server);

    /**
     * Returns what is known of a server's machine.
     *
     * @param server its number
     * @return the specifications, or {@link SandboxSpecs#UNKNOWN}
     */
    SandboxSpecs sandboxSpecs(long server);

    /**
     * Returns what is known of a server's containers.
     *
     * @param server its number
     * @return the specifications, or {@link ContainerSpecs#UNKNOWN}
     */
    ContainerSpecs containerSpecs(long server);

    /**
     * Replaces the specifications of a server. Nothing happens if it is not there any more.
     *
     * @param server its number
     * @param sandbox its machine
     * @param container its containers; their limits are known if the machine is, and only then
     */
    void saveSpecs(long server, SandboxSpecs sandbox, ContainerSpecs container);

    /**
     * Adds a usage. Nothing happens if the server is not there any more.
     *
     * @param server its number
     * @param usage the usage
     */
    void addUsage(long server, Usage usage);

    /**
     * Returns usages of a server.
     *
     * @param server its number
     * @param period from when
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    List<Usage> usages(long server, Period period, int limit);

    /**
     * Sums the usages of a server up, for periods that have too many of them. Stores may keep sums of whole hours longer than the
     * usages, for steps of whole hours.
     *
     * @param server its number
     * @param period from when
     * @param step what one summary spans, at least a millisecond
     * @return a summary for each step that has usages, newest first
     */
    List<UsageSummary> usageSummaries(long server, Period period, Duration step);

    /**
     * Adds a request with its response and results, all or nothing.
     *
     * @param request the request; its number is ignored, and its server if that is not there any more
     * @return the request with its number; its texts are whole although those that are kept may be cut
     */
    Request addRequest(Request request);

    /**
     * Returns a request.
     *
     * @param id its number
     * @return the request, if it is there
     */
    Optional<Request> request(long id);

    /**
     * Returns requests.
     *
     * @param query which ones
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    List<Request> requests(RequestQuery query, int limit);

    /**
     * Finds the server that has a saved environment.
     *
     * @param environment its id
     * @return the number of the server whose response said so, if there is one
     */
    OptionalLong serverOf(UUID environment);

    /**
     * Removes what need not be kept any longer. Fleets call it every hour while they are started. It may be several transactions; when
     * it fails, some of what it was to remove may be gone.
     *
     * @param now the current time
     */
    void clean(Instant now);

    /** Releases what the store holds. */
    @Override
    void close();
}
