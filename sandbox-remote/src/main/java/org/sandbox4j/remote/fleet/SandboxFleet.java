package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Flow;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.RunState;
import org.sandbox4j.remote.Upload;

/**
 * Many sandbox servers: polls their specifications and usages, sends requests to one of them, and records each request.
 *
 * <p>Made with {@link #builder()}. Nothing is polled before {@link #start()}. Its threads are few, however many servers there are,
 * and do not keep the JVM alive. Thread-safe. Calls that read or change what is stored throw {@link FleetStoreException} when
 * the store fails.
 */
public final class SandboxFleet implements AutoCloseable {
    private final FleetCore core;

    SandboxFleet(SandboxFleetBuilder settings) {
        core = new FleetCore(settings);
    }

    /**
     * Starts a fleet that keeps what it knows in memory.
     *
     * @return a builder with the defaults and {@link FleetStore#memory()}
     */
    public static SandboxFleetBuilder builder() {
        return builder(FleetStore.memory());
    }

    /**
     * Starts a fleet that keeps what it knows in a store.
     *
     * @param store the store, which no other fleet uses; to be closed by the caller after the fleet
     * @return a builder with the defaults
     */
    public static SandboxFleetBuilder builder(FleetStore store) {
        return new SandboxFleetBuilder(store);
    }

    /**
     * Begins to poll: each server at once, and then in its intervals. Does nothing if it has begun.
     *
     * @throws IllegalStateException if the fleet is closed
     */
    public void start() {
        core.start();
    }

    /** Ends polling. Requests can still be made; whether servers answer is not known then. */
    public void stop() {
        core.stop();
    }

    /**
     * Adds an enabled server, and begins to poll it if the fleet is started.
     *
     * @param name its name: unique, not blank, at most 256 characters, no control characters
     * @param url its address: unique, http or https, at most 2048 characters, without user, query and fragment. It is normalised:
     *     lower case, no default port, a slash at the end
     * @return the server
     * @throws InvalidServerException if it cannot have that name or address
     */
    public SandboxServer add(String name, URI url) {
        return add(name, url, true);
    }

    /**
     * Adds a server that is not used before it is enabled.
     *
     * @param name its name, as in {@link #add(String, URI)}
     * @param url its address, as in {@link #add(String, URI)}
     * @return the server
     * @throws InvalidServerException if it cannot have that name or address
     */
    public SandboxServer addDisabled(String name, URI url) {
        return add(name, url, false);
    }

    private SandboxServer add(String name, URI url, boolean enabled) {
        core.checkOpen();
        Member member = core.roster.add(name, url, enabled);
        core.plan.add(member);
        return new SandboxServer(core, member);
    }

    /**
     * Returns all servers.
     *
     * @return the servers in the order in which they were added
     */
    public List<SandboxServer> servers() {
        return core.roster.members().stream()
                .map(member -> new SandboxServer(core, member))
                .toList();
    }

    /**
     * Returns a server.
     *
     * @param name its name
     * @return the server, if there is one
     */
    public Optional<SandboxServer> server(String name) {
        return servers().stream().filter(server -> server.name().equals(name)).findFirst();
    }

    /**
     * Returns a server.
     *
     * @param id its number, as requests and events have it
     * @return the server, if it is there
     */
    public Optional<SandboxServer> server(long id) {
        return core.roster.member(id).map(member -> new SandboxServer(core, member));
    }

    /**
     * Sets how often usages are polled, from now on and of all servers.
     *
     * @param interval from start to start, at least 15 seconds
     * @throws IllegalArgumentException if it is shorter, or longer than a year
     */
    public void pollUsagesEvery(Duration interval) {
        core.plan.usageInterval(PollPlan.checked(interval, PollPlan.LEAST_USAGE_INTERVAL, "Usages"));
    }

    /**
     * Sets how often specifications and libraries are polled, from now on and of all servers.
     *
     * @param interval from start to start, at least 300 seconds
     * @throws IllegalArgumentException if it is shorter, or longer than a year
     */
    public void pollSpecsEvery(Duration interval) {
        core.plan.specsInterval(PollPlan.checked(interval, PollPlan.LEAST_SPECS_INTERVAL, "Specifications"));
    }

    /**
     * Returns how often usages are polled.
     *
     * @return the interval
     */
    public Duration usageInterval() {
        return core.plan.usageInterval();
    }

    /**
     * Returns how often specifications are polled.
     *
     * @return the interval
     */
    public Duration specsInterval() {
        return core.plan.specsInterval();
    }

    /**
     * Runs commands in an empty environment, or in a saved one if the request names it, on a server that the fleet picks.
     *
     * @param config what to run
     * @return the request as it was recorded
     * @throws InterruptedException as in {@link #execute(Optional, ExecuteRequest, Optional, Requirements)}
     */
    public Request execute(ExecuteRequest config) throws InterruptedException {
        return execute(Optional.empty(), config, Optional.empty());
    }

    /**
     * Runs commands on a server that the fleet picks from all that are enabled and reached.
     *
     * @param user who asks for it, if that is known; at most 256 characters
     * @param config what to run
     * @param environment the uploaded environment, if any
     * @return the request as it was recorded
     * @throws InterruptedException as in {@link #execute(Optional, ExecuteRequest, Optional, Requirements)}
     */
    public Request execute(Optional<String> user, ExecuteRequest config, Optional<Upload> environment)
            throws InterruptedException {
        return execute(user, config, environment, Requirements.NONE);
    }

    /**
     * Runs commands on a server that the fleet picks.
     *
     * <p>A request that names a saved environment goes to the server that saved it, if that is known. Other ones go to an enabled
     * server that meets the requirements and answered when it was polled last: the one with the largest share of free containers;
     * of equal ones the quicker, and else each in turn. Those that were not polled yet come last. Another server is asked, up to
     * eight in all, when the commands surely have not run ({@link RunState#NOT_RUN}) and the request was not refused as wrong. If
     * all were full, the first is asked again and waited for.
     *
     * <p>Whatever happens is recorded as one request, before this method returns. Its traceback has a line for each server that
     * did not answer what became of the commands. Failing commands are results.
     *
     * @param user who asks for it, if that is known; at most 256 characters
     * @param config what to run
     * @param environment the uploaded environment, if any
     * @param requirements what the server must offer
     * @return the request as it was recorded, its texts whole
     * @throws InterruptedException if interrupted while waiting; that is recorded, too, and the commands may run
     * @throws FleetStoreException if it could not be recorded; {@link FleetStoreException#request()} has it then
     * @throws IllegalArgumentException if the user's name is too long; nothing is sent
     * @throws IllegalStateException if the fleet is closed
     */
    public Request execute(
            Optional<String> user, ExecuteRequest config, Optional<Upload> environment, Requirements requirements)
            throws InterruptedException {
        return core.inside(() -> core.dispatcher.toAny(user, config, environment, requirements));
    }

    /**
     * Returns the server that the next request would go to, without a saved environment.
     *
     * @param requirements what it must offer
     * @return the server, if one is enabled, not known to be out of reach, and meets them
     */
    public Optional<SandboxServer> pick(Requirements requirements) {
        return core.picker.best(requirements, Set.of()).map(member -> new SandboxServer(core, member));
    }

    /**
     * Returns the servers that the next requests would go to, without a saved environment. The backend {@code remote} can be given
     * their addresses: its sandboxes take the first that answers.
     *
     * @param requirements what they must offer, such as the extension {@code root}
     * @return those that are enabled, not known to be out of reach, and meet them; the best first
     */
    public List<SandboxServer> ranked(Requirements requirements) {
        return core.picker.ranked(requirements).stream()
                .map(member -> new SandboxServer(core, member))
                .toList();
    }

    /**
     * Returns the server that has a saved environment.
     *
     * @param environment its id
     * @return the server that saved it, if the store knows it and it is still in the fleet
     */
    public Optional<SandboxServer> holder(UUID environment) {
        return core.dispatcher.holder(environment).map(member -> new SandboxServer(core, member));
    }

    /**
     * Returns a recorded request.
     *
     * @param id its number
     * @return the request, if it is still kept
     */
    public Optional<Request> request(long id) {
        return core.store.request(id);
    }

    /**
     * Returns recorded requests.
     *
     * @param query which ones
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    public List<Request> requests(RequestQuery query, int limit) {
        return core.store.requests(query, limit);
    }

    /**
     * Returns what happens in the fleet: servers that are added, changed and removed, polls, and requests.
     *
     * <p>Each subscriber first gets, for each server, its last known state, specifications and usage. It is called by one thread
     * at a time, which may block: neither the fleet nor other subscribers wait for it. One that is too slow loses the oldest
     * events, and is told how many. Closing the fleet completes them all.
     *
     * @return a publisher that may be subscribed to at any time
     */
    public Flow.Publisher<FleetEvent> events() {
        return core.hub;
    }

    /**
     * Ends polling, ends requests that are under way, and waits until they are recorded, up to ten seconds. Commands that run on
     * servers go on. The store stays open if the caller made it.
     */
    @Override
    public void close() {
        core.close();
    }

    @Override
    public String toString() {
        return "SandboxFleet[" + core.roster.members().size() + " servers]";
    }
}
